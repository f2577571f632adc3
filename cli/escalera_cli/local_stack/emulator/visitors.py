"""Who may speak to the emulator's port, and as whom: programs on this machine, and no web page of another site.

Whoever reaches the port is the account's administrator, and a browser on this machine reaches it for any page that it
shows. Two things tell a page's request: DNS rebinding (a page's own host name is made to lead to 127.0.0.1) shows in the
Host header, and a request across sites carries Origin or Sec-Fetch-Site, which no AWS SDK and no CDK sends. Staff
come to the pages of the user pool by a link or a redirect from the console, and send the form that these show.
"""

import os
import re
from collections.abc import Mapping
from typing import Any

from ministack import app
from ministack.services import iam, sts

from .registry import mend
from .settings import Settings

_LOOPBACK = frozenset({"127.0.0.1", "localhost"})
_OF_NO_OTHER_SITE = frozenset({"none", "same-origin"})
_API = "/_aws/execute-api/"
"""HTTP APIs are open to every site in the cloud too: there the function judges who asks."""
_SIGN_IN = frozenset({"/oauth2/authorize", "/oauth2/login", "/login", "/logout"})
"""The user pool's pages. Who is led to one sees it; the page that led there cannot read it."""
_WEBSOCKET_POLICY_VIOLATION = 1008
_CREDENTIAL = re.compile(rb"(?<=Credential=)[^/,\s]+(?=/)")
_ADMINISTRATOR = b"test"


def refusal(headers: Mapping[str, str], path: str, port: str) -> str | None:
    """Say why a request is refused; None for one that is let in. Names of headers are in lower case."""
    name, _, at = headers.get("host", "").lower().rpartition(":")
    # Nobody can register a name under .localhost (RFC 6761, 6.3); SDKs put a bucket's or an API's name before it.
    if at != port or not (name in _LOOPBACK or re.fullmatch(r"[a-z0-9.-]+\.localhost", name)):
        return (
            f"Refused: the local stack answers to 127.0.0.1:{port} and localhost:{port} only, and this request's Host "
            "header names another. Set the endpoint of the program that sent it (AWS_ENDPOINT_URL) to "
            f"http://127.0.0.1:{port}."
        )
    own = f"http://{headers['host'].lower()}"
    across = (
        headers.get("origin", own) != own or headers.get("sec-fetch-site", "none") not in _OF_NO_OTHER_SITE
    )
    led_there = path in _SIGN_IN and headers.get("sec-fetch-dest") == "document" and "origin" not in headers
    if across and not led_there and not path.startswith(_API):
        return (
            "Refused: a web page sent this request (it has an Origin or Sec-Fetch-Site header), and the local stack "
            "answers to programs on this machine only. Use an AWS SDK, the AWS CLI or curl."
        )
    return None


@mend(
    "whatever host name a request carries is answered, and a page of any site may read the answer",
    {"app.app": "ab1297bd6cd5"},
)
def refuse_web_pages(_: Settings) -> None:
    """Refuse with 403 before anything else looks at the request."""
    upstream, port = app.app, os.environ["GATEWAY_PORT"]

    async def guarded(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await upstream(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        why = refusal(headers, scope["path"], port)
        if why is None:
            await upstream(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": _WEBSOCKET_POLICY_VIOLATION})
        else:
            content = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 403, "headers": content})
            await send({"type": "http.response.body", "body": f"{why}\n".encode()})

    app.app = guarded


class Sessions(dict[str, Any]):
    """MiniStack's sessions of assumed roles, which also knows the access keys of those that have expired."""

    def __init__(self) -> None:
        """Know none."""
        super().__init__()
        self.issued: set[str] = set()

    def __setitem__(self, access_key: str, session: Any) -> None:
        """Keep a session, and its access key for good."""
        self.issued.add(access_key)
        super().__setitem__(access_key, session)


def as_administrator(headers: list[tuple[bytes, bytes]], sessions: Sessions) -> list[tuple[bytes, bytes]]:
    """Give the headers of a request with an access key that was issued elsewhere as those of the administrator."""
    signed = next((value for name, value in headers if name.lower() == b"authorization"), b"")
    found = _CREDENTIAL.search(signed)
    key = found[0].decode("latin-1") if found else ""
    if key in {"", "test"} or key in sessions.issued or key in {one for _, one in iam._access_keys.to_dict()}:
        return headers
    return [
        (name, _CREDENTIAL.sub(_ADMINISTRATOR, value) if name.lower() == b"authorization" else value)
        for name, value in headers
        if name.lower() != b"x-amz-security-token"
    ]


@mend(
    "only the access key `test` is the administrator: whoever is signed in to a real account is refused",
    {
        "app.app": "ab1297bd6cd5",
        "core.iam_evaluator.is_root_access_key": "e6ae3b633355",
        "services.sts._evict_expired_sessions": "67ddc890eea7",
    },
)
def take_any_credentials(_: Settings) -> None:
    """Take whoever comes with credentials from elsewhere for the administrator; roles' sessions stay what they are."""
    upstream, sessions = app.app, Sessions()
    sts._sessions = sessions

    async def admitted(scope: Any, receive: Any, send: Any) -> None:
        if "headers" in scope:
            scope = {**scope, "headers": as_administrator(list(scope["headers"]), sessions)}
        await upstream(scope, receive, send)

    app.app = admitted
