"""The mailbox's pages, for this machine alone."""

from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from escalera.journeys.sms_text import sms_size
from escalera.web.answers import PAGE_POLICY
from escalera.web.static_files import PREFIX, StaticFiles
from escalera.web.templates import SHARED, Templates
from escalera_cli.local_stack.gateway import LOCAL, listen
from escalera_cli.local_stack.outbox import Sent, SentEmail, everything_sent
from escalera_cli.mailbox.mails import one_click_address, shown, unsubscribe

FOLDER = Path(__file__).parent / "page"
HTML = "text/html; charset=utf-8"
NEWEST = 200
"""So many are listed; a search finds the older ones."""
# A mail may look as it likes, and its links may open; it runs nothing and sends nothing.
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline';"
    " img-src https: data:; frame-ancestors 'self'"
)

Answer = tuple[int, dict[str, str], bytes]


class Mailbox:
    """Shows an outbox; use it as a context manager.

    outbox: the folder that the local stack writes to; port: where people find it; links: other sites to point to.
    """

    def __init__(self, outbox: Path, *, port: int, links: Mapping[str, str]) -> None:
        """Choose; nobody listens yet."""
        self._outbox = outbox
        self.port = port
        self._static = StaticFiles(SHARED / "static", FOLDER)
        self._templates = Templates(FOLDER, static=self._static, language="en", links=links)
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Where people find it."""
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

    def answer(self, method: str, address: str) -> Answer:
        """What is found there."""
        parts = urlsplit(address)
        if parts.path.startswith(PREFIX):
            return self._file(parts.path)
        sent = list(reversed(everything_sent(self._outbox)))
        wanted = parse_qs(parts.query).get("to", [""])[0].strip()
        if parts.path == "/" and method == "GET":
            return self._page("mailbox.html", sent=_to(sent, wanted), wanted=wanted, one=None)
        _, _, message_id, *part = [*parts.path.split("/"), ""][:4]
        one = next((one for one in sent if one.whole.message_id == unquote(message_id)), None)
        if one is None or not parts.path.startswith("/message/"):
            return self._page("mailbox.html", status=404, sent=sent[:NEWEST], wanted="", one=None)
        return self._message(method, part[0] if part else "", one, _to(sent, wanted), wanted)

    def _message(self, method: str, part: str, one: Sent, sent: list[Sent], wanted: str) -> Answer:
        mail = one.whole if isinstance(one.whole, SentEmail) else None
        if mail and part == "html":
            return (
                200,
                {"Content-Type": HTML, "Content-Security-Policy": MAIL_POLICY},
                shown(mail.html).encode(),
            )
        if mail and part == "source":
            return 200, {"Content-Type": "text/plain; charset=utf-8"}, mail.file.read_bytes()
        way_out = one_click_address(mail) if mail else ""
        tried = unsubscribe(way_out) if method == "POST" and part == "unsubscribe" and way_out else None
        size = None if mail else sms_size(one.title)
        facts: dict[str, Any] = {"sent": sent, "wanted": wanted, "one": one, "mail": mail, "size": size}
        return self._page("mailbox.html", **facts, way_out=way_out, tried=tried)

    def _file(self, path: str) -> Answer:
        found = self._static.find(path)
        if found is None:
            return 404, {"Content-Type": "text/plain; charset=utf-8"}, b"There is no such file."
        return 200, {"Content-Type": found.content_type, "Cache-Control": found.cache_control}, found.content

    def _page(self, template: str, *, status: int = 200, **facts: Any) -> Answer:
        html = self._templates.render(template, {"way_out": "", "tried": None, "mail": None, **facts})
        return status, {"Content-Type": HTML, "Content-Security-Policy": PAGE_POLICY}, html.encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        answer = self.answer

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _send(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                # Another site's page could have a browser press our buttons: it would say so.
                foreign = self.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}
                if self.command == "POST" and foreign:
                    status, headers, content = 403, {"Content-Type": "text/plain"}, b"Not from another site."
                else:
                    status, headers, content = answer(self.command, self.path)
                self.send_response(status)
                for name, value in {"Cache-Control": "no-store", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = _send  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
                """Say nothing."""

        return Handler


def _to(sent: list[Sent], wanted: str) -> list[Sent]:
    return [one for one in sent if wanted.lower() in f"{one.to} {one.title}".lower()][:NEWEST]
