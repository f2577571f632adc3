"""A function's pages under an address on this machine, for a real browser: no emulator, no deployment."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.visitor import CONTEXT, request_event


class Served:
    """A handler of API Gateway events, at work behind `url`. It may be set once the address is known."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.url = f"http://127.0.0.1:{server.server_port}"
        self.handler: Any = None


@contextmanager
def served() -> Iterator[Served]:
    """Listen on a free port until the context ends."""
    one_at_a_time = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            cookies = [one.strip() for one in headers.pop("cookie", "").split(";") if one.strip()]
            event = request_event(
                self.command, self.path, headers=headers, cookies=cookies, body=body or None
            )
            # Lambda gives a function's process one request at a time, and its libraries count on that: side by side, a
            # page's style sheets would now and then get each other's content.
            with one_at_a_time:
                answer = here.handler(event, CONTEXT)
            raw = answer.get("body") or ""
            content = base64.b64decode(raw) if answer.get("isBase64Encoded") else raw.encode()
            self.send_response(int(answer["statusCode"]))
            for name, value in (answer.get("headers") or {}).items():
                self.send_header(name, value)
            for cookie in answer.get("cookies", ()):
                self.send_header("Set-Cookie", cookie)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_POST = do_HEAD = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        here = Served(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield here
        server.shutdown()
