"""Generated requests to the customers' and the staff's pages: of strangers, of one customer by their links, of each role."""

import http.client
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from random import Random
from typing import Any, Self
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from escalera.adapters.secretsmanager import SecretsManagerSealKeys
from escalera.domain.links import LinkPurpose
from escalera.domain.staff import Role
from escalera.domain.vocabulary import CustomerId
from escalera.runtime.clock import SystemClock
from escalera.use_cases.links import PortalLinks
from escalera_cli.connection import Connection
from escalera_cli.local_shop import WebPorts
from escalera_cli.staff import LOCAL_PASSWORD, LOCAL_STAFF

METHODS = ("GET", "GET", "GET", "POST", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
FORM = "application/x-www-form-urlencoded"
SETTINGS = ("/settings", "/audit")
OWNERS_CHANGES = ("/journey/pause", "/journey/resume", "/message/test")
SERVICE_CHANGES = (
    "/tasks/done", "/tasks/take", "/tasks/leave", "/tasks/hand-over",
    "/complaint/assign", "/complaint/answer", "/complaint/resolve",
)  # fmt: skip
PAGES = (
    "/", "/tasks", "/complaints", "/complaints/trends", "/complaint", "/customer", "/find", "/journeys", "/journey",
    "/journey/people", "/calendar", "/calendar/customer", "/messages", "/message", "/message/mail", "/measures",
)  # fmt: skip
OPEN = ("/sign-in", "/signed-in", "/signed-out", "/sign-out", "/static/console.css", "/nothing")
ASKED = (
    "id",
    "customer",
    "name",
    "who",
    "step",
    "from",
    "week",
    "days",
    "language",
    "go_to",
    "code",
    "state",
    "said",
)
FILLED = (
    "proof",
    "name",
    "customer",
    "id",
    "text",
    "cause",
    "note",
    "score",
    "comment",
    "subject",
    "given_name",
    "email",
)
BELOW = ("", "/file", "/erase", "/..", "/x/y")


@dataclass(frozen=True)
class Request:
    """One request, and by what its answer is judged."""

    port: int
    method: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    forbidden: bool = False
    """Whoever asks may not do this."""
    blind: bool = True
    """Whoever asks may see no customer but the one whose link it is."""

    def send(self) -> "Answer":
        """Send it to this machine's own port."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            body = self.body.encode("utf-8", "replace") if self.body else None
            connection.request(self.method, self.address, body=body, headers=dict(self.headers))
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            return Answer(answer.status, text, answer.headers.get("Location", ""))
        finally:
            connection.close()

    def told(self) -> dict[str, Any]:
        """What to send again."""
        return {"method": self.method, "address": self.address, "body": self.body[:500], "port": self.port}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: str
    location: str = ""

    @property
    def did_it(self) -> bool:
        """Whether what was asked for was done, or shown: neither refused, nor sent to the sign-in."""
        return self.status < 400 and "/sign-in" not in self.location


@dataclass(frozen=True)
class Browser:
    """Somebody who has signed in: their cookies, and the proof that their forms carry."""

    role: Role
    cookies: str
    proof: str

    @classmethod
    def signed_in(cls, web: WebPorts, role: Role, endpoint: str) -> Self:
        """Go through the pages of the sign-in, as people do."""
        jar = CookieJar()
        opener = build_opener(HTTPCookieProcessor(jar))
        page = opener.open(f"{web.console_url}/sign-in").read().decode()
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        fields |= {"username": LOCAL_STAFF[role][0], "password": LOCAL_PASSWORD}
        form = {name: value.replace("&amp;", "&") for name, value in fields.items()}
        opener.open(f"{endpoint}/login", urlencode(form).encode()).read()
        page = opener.open(f"{web.console_url}/journey?name=win-back").read().decode()
        proof = re.search(r'name="proof" value="([^"]+)"', page)
        cookies = "; ".join(
            f"{cookie.name}={cookie.value}" for cookie in jar if cookie.name.endswith("session")
        )
        if not cookies:
            raise AssertionError(f"{role} could not sign in")
        return cls(role, cookies, proof.group(1) if proof else "")


def requests_of(
    connection: Connection,
    web: WebPorts,
    browsers: Mapping[Role, Browser],
    subject: CustomerId,
    chance: Random,
    *,
    junk: Iterator[Any],
) -> Iterator[Request]:
    """Requests without end: half of them to the customers' pages, half to the staff's."""
    links = PortalLinks(
        "", SecretsManagerSealKeys(_secret(connection, "LinkKeys"), lambda name, _: connection.client(name))
    )
    now = SystemClock().now()
    own = {one: links.to(one, subject, now, "order_id-x").removeprefix("/") for one in LinkPurpose}
    while True:
        if chance.random() < 0.5:
            yield _to_a_customers_page(web.portal, own, chance, junk)
        else:
            yield _to_a_page_of_the_staff(web.console, browsers, subject, chance, junk)


def _to_a_customers_page(
    port: int, own: Mapping[LinkPurpose, str], chance: Random, junk: Iterator[Any]
) -> Request:
    purpose = chance.choice(list(LinkPurpose))
    path = own[purpose]
    match chance.randrange(5):
        case 0:
            at = chance.randrange(len(path))
            path = path[:at] + chance.choice("Ab0-_.%") + path[at + 1 :]
        case 1:
            path = f"{chance.choice(list(LinkPurpose)).value}/{path.partition('/')[2]}"
        case 2:
            path = f"{purpose.value}/{_text(junk)}"
    return _request(port, f"/{quote(path, safe='/')}{chance.choice(BELOW)}", chance, junk, {})


def _to_a_page_of_the_staff(
    port: int, browsers: Mapping[Role, Browser], subject: str, chance: Random, junk: Iterator[Any]
) -> Request:
    path = chance.choice((*PAGES, *SETTINGS, *OWNERS_CHANGES, *SERVICE_CHANGES, *OPEN))
    # Who signs out ends their session: these are needed to the end.
    browser = None if path == "/sign-out" else chance.choice([*browsers.values(), None])
    headers, whole = {"Cookie": browser.cookies} if browser else {}, chance.random() < 0.8
    if browser and not whole:
        at = chance.randrange(len(browser.cookies))
        headers["Cookie"] = browser.cookies[:at] + chance.choice("Ab0-_.") + browser.cookies[at + 1 :]
    filled = {"proof": browser.proof if browser else "", "customer": subject, "name": "win-back"}
    request = _request(port, path, chance, junk, headers, filled=filled)
    forbidden = browser is not None and whole and _is_forbidden(browser.role, request.method, path)
    return Request(
        request.port, request.method, request.address, request.headers, request.body,
        forbidden=forbidden, blind=browser is None,
    )  # fmt: skip


def _is_forbidden(role: Role, method: str, path: str) -> bool:
    """Written down here once more, so that a right given by mistake is noticed."""
    match role:
        case Role.OWNER:
            return False
        case Role.SERVICE:
            return path in (*SETTINGS, *OWNERS_CHANGES)
        case Role.VIEWER:
            return path in (*OWNERS_CHANGES, *SERVICE_CHANGES) and method == "POST"


def _request(
    port: int,
    path: str,
    chance: Random,
    junk: Iterator[Any],
    headers: dict[str, str],
    *,
    filled: Mapping[str, str] | None = None,
) -> Request:
    method = chance.choice(METHODS)
    asked = {chance.choice(ASKED): _text(junk) for _ in range(chance.randrange(4))}
    form = dict(filled or {}) | {chance.choice(FILLED): _text(junk) for _ in range(chance.randrange(4))}
    headers |= {"Accept-Language": chance.choice(["es", "pt-BR,pt;q=0.8", "en;q=x", ";;;,,q=", "*"])}
    if chance.random() < 0.2:
        headers |= {chance.choice(["HX-Request", "X-Forwarded-For", "Sec-Fetch-Site", "Accept"]): "true"}
    body = ""
    if method not in ("GET", "HEAD", "OPTIONS"):
        headers["Content-Type"] = chance.choice([FORM, FORM, FORM, "application/json", "text/plain", "x"])
        body = urlencode(form) if chance.random() < 0.8 else _text(junk)
    return Request(port, method, f"{path}?{urlencode(asked)}" if asked else path, headers, body)


def _text(junk: Iterator[Any]) -> str:
    return str(next(junk)).encode("utf-8", "replace").decode()[:2000]


def _secret(connection: Connection, construct: str) -> str:
    """The secret that this construct of the stack keeps."""
    resources = connection.client("cloudformation").describe_stack_resources(StackName="escalera-local")
    return next(
        str(one["PhysicalResourceId"])
        for one in resources["StackResources"]
        if one["LogicalResourceId"].startswith(construct)
        and one["ResourceType"] == "AWS::SecretsManager::Secret"
    )
