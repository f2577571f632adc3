"""What a mail program makes of a mail: the way out it offers, and the page it shows."""

import re
import urllib.error
import urllib.request
from dataclasses import dataclass

from escalera_cli.local_stack.outbox import SentEmail

ONE_CLICK = "List-Unsubscribe=One-Click"
SECONDS = 20
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class WayOut:
    """What became of the mail program's own unsubscribe button (RFC 8058)."""

    status: int
    """The HTTP status of the answer; 0 when nobody answered."""

    @property
    def worked(self) -> bool:
        """Whether the sender took it, without sending the mail program elsewhere."""
        return 200 <= self.status < 300


def one_click_address(mail: SentEmail) -> str:
    """Where a mail program may unsubscribe with one click; empty where it may not."""
    headers = {name.lower(): value for name, value in mail.headers.items()}
    if headers.get("list-unsubscribe-post") != ONE_CLICK:
        return ""
    offered = re.findall(r"<([^<>]+)>", headers.get("list-unsubscribe", ""))
    # RFC 8058 wants HTTPS; on this machine nothing has a certificate.
    return next((one for one in offered if one.startswith(("https://", "http://127.0.0.1:"))), "")


def unsubscribe(address: str) -> WayOut:
    """Ask as a mail program does: one POST, no cookies, no redirect followed."""
    request = urllib.request.Request(  # noqa: S310 - one of the two schemes above
        address, data=ONE_CLICK.encode(), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    try:
        with urllib.request.build_opener(_StayHere).open(request, timeout=SECONDS) as answer:
            return WayOut(answer.status)
    except urllib.error.HTTPError as error:
        return WayOut(error.code)
    except OSError:
        return WayOut(0)


def shown(html: str) -> str:
    """The mail's page, whose links open beside the mailbox."""
    found = _HEAD.search(html)
    at = found.end() if found else 0
    return f'{html[:at]}<base target="_blank" rel="noopener">{html[at:]}'


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        """RFC 8058: the sender must not redirect, so nothing is followed."""
