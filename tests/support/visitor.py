"""Somebody with a browser, as far as a Lambda function sees them: requests in, answers out, cookies kept."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

CONTEXT = SimpleNamespace(
    function_name="console",
    memory_limit_in_mb=1024,
    invoked_function_arn="arn:aws:lambda:eu-west-1:000000000000:function:console",
    aws_request_id="request",
    get_remaining_time_in_millis=lambda: 30_000,
)


@dataclass(frozen=True)
class Seen:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    cookies: list[str]
    body: str

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def text(self) -> str:
        """The words of the page, without its tags."""
        return " ".join(words(self.body))

    def fields(self) -> dict[str, str]:
        """The hidden fields of the page's forms."""
        found = _Fields()
        found.feed(self.body)
        return found.hidden


@dataclass
class Visitor:
    """Sends requests to a handler of API Gateway events (payload 2.0)."""

    handler: Any
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, address: str, **headers: str) -> Seen:
        return self._send("GET", address, headers, None)

    def head(self, address: str, **headers: str) -> Seen:
        return self._send("HEAD", address, headers, None)

    def post(self, address: str, form: Mapping[str, Any] | None = None, **headers: str) -> Seen:
        """Send a form; header names with `_` for `-`."""
        sent = {"content-type": "application/x-www-form-urlencoded", **headers}
        return self._send("POST", address, sent, urlencode(dict(form or {}), doseq=True))

    def without_cookies(self) -> Self:
        return type(self)(self.handler, {}, dict(self.headers))

    def _send(self, method: str, address: str, headers: Mapping[str, str], body: str | None) -> Seen:
        told = {name.replace("_", "-").lower(): value for name, value in {**self.headers, **headers}.items()}
        kept = [f"{name}={value}" for name, value in self.cookies.items()]
        event = request_event(method, address, headers=told, cookies=kept, body=body)
        answer = self.handler(event, CONTEXT)
        for cookie in answer.get("cookies", ()):
            name, _, value = cookie.partition(";")[0].partition("=")
            if "Max-Age=0" in cookie or not value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        raw = answer.get("body") or ""
        text = base64.b64decode(raw).decode(errors="replace") if answer.get("isBase64Encoded") else raw
        came = dict(answer.get("headers") or {})
        return Seen(int(answer["statusCode"]), came, list(answer.get("cookies", ())), text)


def request_event(
    method: str,
    address: str,
    *,
    headers: Mapping[str, str] | None = None,
    cookies: Sequence[str] = (),
    body: str | None = None,
) -> dict[str, Any]:
    """A request as API Gateway tells a function of it (payload format 2.0)."""
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    path = unquote(parts.path)
    http = {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": parts.query,
        "headers": dict(headers or {}),
        "requestContext": {"http": http, "stage": "$default", "requestId": "request", "apiId": "api"},
        **({"cookies": list(cookies)} if cookies else {}),
        **({"queryStringParameters": query} if query else {}),
        **({} if body is None else {"body": body}),
        "isBase64Encoded": False,
    }


def words(html: str) -> list[str]:
    """What a reader reads, in order."""
    found = _Words()
    found.feed(html)
    return found.words


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "input" and told.get("type") == "hidden" and told.get("name"):
            self.hidden[told["name"] or ""] = told.get("value") or ""


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style", "title"}

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style", "title"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words += data.split()
