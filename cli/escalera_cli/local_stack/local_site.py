"""A web site on this machine, for this machine alone."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

LOCAL = "127.0.0.1"
LARGEST = 1024 * 1024
"""No form of ours is larger."""


class PortTakenError(RuntimeError):
    """Somebody else listens there; the text says where, and what to do."""


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    address: str
    """Path and query."""
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answered:
    """An answer."""

    status: int
    headers: Sequence[tuple[str, str]]
    content: bytes


class LocalSite(ABC):
    """Listens on one port; use it as a context manager."""

    def __init__(self, *, port: int) -> None:
        """Choose; nobody listens yet."""
        self.port = port
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Where people find it."""
        return f"http://{LOCAL}:{self.port}"

    @abstractmethod
    def respond(self, asked: Asked) -> Answered:
        """What this site answers."""

    def __enter__(self) -> Self:
        """Listen; PortTakenError if the port is somebody else's."""
        try:
            self._server = ThreadingHTTPServer((LOCAL, self.port), self._handler())
        except OSError as error:
            message = (
                f"Port {self.port} of this machine is taken: end what listens there, or choose another"
                " (--web-port)."
            )
            raise PortTakenError(message) from error
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name=f"port {self.port}", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Listen no more."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                answered = site._refusal(dict(self.headers)) or site.respond(
                    Asked(
                        self.command,
                        self.path,
                        dict(self.headers),
                        self.rfile.read(int(self.headers.get("Content-Length") or 0)),
                    )
                )
                self.send_response(answered.status)
                for name, value in answered.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answered.content)))
                if answered.status in _NOT_READ:
                    self.send_header("Connection", "close")
                    self.close_connection = True
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answered.content)

            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
                """Say nothing: a path may be a customer's key."""

        return Handler

    def _refusal(self, headers: Mapping[str, str]) -> Answered | None:
        """The answer to a request that is none for us; its body is left unread."""
        # A page of another site, whose name was made to lead here, must not read what stands here.
        if headers.get("Host") not in {f"{LOCAL}:{self.port}", f"localhost:{self.port}"}:
            return plain(421, f"This is {self.url}, and nothing else.")
        length = headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > LARGEST:
            return plain(413, f"At most {LARGEST} bytes can be sent here.")
        return None


_NOT_READ = frozenset({413, 421})


def plain(status: int, text: str) -> Answered:
    """An answer in a few words."""
    return Answered(status, [("Content-Type", "text/plain; charset=utf-8")], text.encode())
