"""SES and SNS as a socket sees them: what reached them, byte by byte, and when."""

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import boto3
from botocore.config import Config

TAKEN = {
    "SendEmail": json.dumps({"MessageId": "id-1"}).encode(),
    "Publish": b"<PublishResponse><PublishResult><MessageId>id-1</MessageId></PublishResult></PublishResponse>",
}
SLOW_DOWN = {
    "SendEmail": (429, b'{"__type": "TooManyRequestsException"}'),
    "Publish": (400, b"<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>"),
}


@dataclass
class Arrivals:
    """What came so far."""

    connections: int = 0
    heads: int = 0
    whole: list[bytes] = field(default_factory=list)
    """The content of each request that came to its end: all that a provider acts on."""
    broken_off: int = 0


class LocalProvider:
    """Takes every whole request of one operation, unless `answer` says otherwise: None is a silence."""

    def __init__(self, operation: str) -> None:
        self.arrived = Arrivals()
        self.answer: Callable[[], tuple[int, bytes] | None] = lambda: (200, TAKEN[operation])
        self.head_came = threading.Event()
        self.broke_off = threading.Event()
        self._forgotten: set[socket.socket] = set()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._at_once(self._listen)

    def connect(self, service: str, settings: Mapping[str, Any]) -> Any:
        """The `connect` of a sender whose provider this is."""
        # Long enough for a busy machine: only one test waits for it to run out.
        config = Config(**{**settings, "read_timeout": 3})
        url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        return boto3.client(service, region_name="eu-west-1", endpoint_url=url, config=config)  # type: ignore[call-overload]

    def forget_connections(self) -> None:
        """As a NAT gateway does after a while: nobody is told, and whoever uses one again finds it dead."""
        self._forgotten |= set(self._open)

    def close(self) -> None:
        """Hang up; nothing of it works on beside the tests that come after."""
        for one in (self._socket, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for it, which closing does not
            one.close()
        for thread in self._threads:
            thread.join(5)
        assert not any(thread.is_alive() for thread in self._threads)

    def _at_once(self, work: Callable[..., None], *what: Any) -> None:
        thread = threading.Thread(target=work, args=what, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.arrived.connections += 1
                self._open.append(connection)
                self._at_once(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection.makefile("rb") as stream:
            while head := _head(stream):
                if connection in self._forgotten:
                    connection.close()
                    break
                self.arrived.heads += 1
                self.head_came.set()
                length = next(int(line[15:]) for line in head if line.lower().startswith(b"content-length:"))
                content = stream.read(length)
                if len(content) < length:
                    self.arrived.broken_off += 1
                    self.broke_off.set()
                    break
                self.arrived.whole.append(content)
                if answer := self.answer():
                    connection.sendall(_http(*answer))


@contextmanager
def local_provider(operation: str) -> Iterator[LocalProvider]:
    """One that is gone in the end."""
    provider = LocalProvider(operation)
    try:
        yield provider
    finally:
        provider.close()


def _head(stream: BinaryIO) -> list[bytes]:
    """The lines before a request's content; none if the caller hung up, for then it reads as empty lines for ever."""
    lines: list[bytes] = []
    while (line := stream.readline()) != b"\r\n":
        if not line:
            return []
        lines.append(line)
    return lines


def _http(status: int, content: bytes) -> bytes:
    return b"HTTP/1.1 %d Said\r\nContent-Length: %d\r\n\r\n%b" % (status, len(content), content)
