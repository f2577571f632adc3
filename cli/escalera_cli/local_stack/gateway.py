"""A web site of the local stack under an address of its own, as CloudFront gives it one in the cloud."""

import http.client
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

LOCAL = "127.0.0.1"
SECONDS = 60
# RFC 9110, 7.6.1: what two neighbours say to each other and nobody passes on; Host names the neighbour.
_BETWEEN_NEIGHBOURS = frozenset(
    {"connection", "host", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"}
)


class PortTakenError(RuntimeError):
    """Somebody else listens there; the text says where, and what to do."""


class Gateway:
    """Passes every request on to an HTTP API of the emulator; use it as a context manager.

    endpoint: the emulator's; api: the id of the API; port: where people find the site, on this machine alone.
    """

    def __init__(self, *, endpoint: str, api: str, port: int) -> None:
        """Choose; nobody listens yet."""
        self._endpoint = urlsplit(endpoint)
        self._stage = f"/_aws/execute-api/{api}/$default"
        self.port = port
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Where people find the site."""
        return f"http://{LOCAL}:{self.port}"

    def __enter__(self) -> Self:
        """Listen."""
        self._server = listen(self.port, self._handler())
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
        passed_on = self._passed_on

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                try:
                    status, headers, content = passed_on(self.command, self.path, dict(self.headers), body)
                except OSError as trouble:
                    status, headers = 502, [("Content-Type", "text/plain; charset=utf-8")]
                    content = f"The local stack does not answer ({type(trouble).__name__}).".encode()
                self.send_response(status)
                for name, value in headers:
                    if name.lower() not in _BETWEEN_NEIGHBOURS | {"content-length", "date", "server"}:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
                """Say nothing: a path may be a customer's key."""

        return Handler

    def _passed_on(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection(
            self._endpoint.hostname or LOCAL, self._endpoint.port, timeout=SECONDS
        )
        try:
            kept = {name: value for name, value in headers.items() if name.lower() not in _BETWEEN_NEIGHBOURS}
            connection.request(method, self._stage + path, body=body or None, headers=kept)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()


def listen(port: int, handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    """A server on this machine alone, at work until `shutdown`; PortTakenError if the port is somebody else's."""
    try:
        server = ThreadingHTTPServer((LOCAL, port), handler)
    except OSError as error:
        raise PortTakenError(
            f"Port {port} of this machine is taken: end what listens there, or choose another (--web-port)."
        ) from error
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name=f"port {port}", daemon=True).start()
    return server
