"""The mailbox's pages, for this machine alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from escalera.journeys.sms_text import sms_size
from escalera.web.answers import PAGE_POLICY
from escalera.web.static_files import PREFIX, StaticFiles
from escalera.web.templates import SHARED, Templates
from escalera_cli.local_stack.local_site import Answered, Asked, LocalSite, plain
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


class Mailbox(LocalSite):
    """Shows an outbox.

    outbox: the folder that the local stack writes to; port: where people find it; links: other sites to point to.
    """

    def __init__(self, outbox: Path, *, port: int, links: Mapping[str, str]) -> None:
        """Choose; nobody listens yet."""
        super().__init__(port=port)
        self._outbox = outbox
        self._static = StaticFiles(SHARED / "static", FOLDER)
        self._templates = Templates(FOLDER, static=self._static, language="en", links=links)

    def respond(self, asked: Asked) -> Answered:
        """A page, or a refusal: another site's page could have a browser press our buttons, and would say so."""
        foreign = asked.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}
        if asked.method == "POST" and foreign:
            return plain(403, "Not from another site.")
        status, headers, content = self.answer(asked.method, asked.address)
        return Answered(status, list({"Cache-Control": "no-store", **headers}.items()), content)

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


def _to(sent: list[Sent], wanted: str) -> list[Sent]:
    return [one for one in sent if wanted.lower() in f"{one.to} {one.title}".lower()][:NEWEST]
