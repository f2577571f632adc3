"""CPU and questions to the table of warm pages, of a customer with a life of half a year: an owner's, and their own.

The measures are those of a shop that was measured for more than a year; each process reads the older days once.
"""

import time
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from urllib.parse import urlencode

from bench.house import House
from bench.life import ANA, Life
from bench.measured import measured_house
from bench.wire import ENVIRONMENT, KEY_RING
from escalera import bootstrap
from escalera.adapters.memory import InMemorySealKeys
from escalera.contracts.origin import ORIGIN_HEADER
from escalera.domain.limits import HOUR
from escalera.domain.links import LinkPurpose, address_mark
from escalera.domain.seals import KeyRing
from escalera.domain.staff import Role, StaffMember
from escalera.domain.vocabulary import CustomerId, MessageChannel
from escalera.use_cases.links import PortalLinks
from escalera.web.console.sessions import Cookies, Session
from tests.support.visitor import request_event

ROUNDS = 15
CONSOLE = {
    "today": "/",
    "find": "/find?who=ana",
    "customer": f"/customer?{urlencode({'id': ANA})}",
    "complaints": "/complaints",
    "trends": "/complaints/trends",
    "tasks": "/tasks",
    "journeys": "/journeys",
    "journey": "/journey?name=win-back",
    "messages": "/messages",
    "calendar": "/calendar",
    "settings": "/settings",
    "audit": "/audit",
}


BY_CLOUDFRONT = {ORIGIN_HEADER: KEY_RING["1"]}
FORM = {"content-type": "application/x-www-form-urlencoded", **BY_CLOUDFRONT}
# The customer's own: what opens the page, what stands behind its link, and what is sent, if anything is.
OWN: dict[str, tuple[LinkPurpose, str, str]] = {
    "own preferences": (LinkPurpose.PREFERENCES, "", ""),
    "own preferences, saved": (LinkPurpose.PREFERENCES, "", "email-promotion=yes&frequency=1-30&language=es"),
    "way out": (LinkPurpose.UNSUBSCRIBE, "", ""),
    "way out, one click": (LinkPurpose.UNSUBSCRIBE, "", "List-Unsubscribe=One-Click"),
    "opinion": (LinkPurpose.OPINION, "?score=4", ""),
    "opinion, sent": (LinkPurpose.OPINION, "", "score=4&comment=Bonita"),
    "complain": (LinkPurpose.COMPLAIN, "", ""),
    "complain, sent": (LinkPurpose.COMPLAIN, "", "form=f&words=La+pantalla+lleg%C3%B3+rota"),
    "own data": (LinkPurpose.DATA, "", ""),
    "own data, the file": (LinkPurpose.DATA, "/file", ""),
}


def pages() -> dict[str, Any]:
    """CPU ms of each page (the median of some rounds, without the network) and the calls of AWS it makes."""
    life = Life()
    life.live()
    house = life.house
    ring = KeyRing.from_json(KEY_RING)
    cookie = _signed_in(Cookies(ring, secure=True))
    console = {
        name: request_event("GET", address, headers=BY_CLOUDFRONT, cookies=[cookie])
        for name, address in CONSOLE.items()
    }
    staffs = {name: _opened(house, "console", event) for name, event in console.items()}
    own = {name: _opened(house, "portal", event) for name, event in _own(house).items()}
    # Last, for it takes a shop of its own: one customer's life is nothing to measure a shop by.
    measured, cookie = measured_house(), _signed_in(Cookies(ring, secure=True))
    measures = request_event("GET", "/measures", headers=BY_CLOUDFRONT, cookies=[cookie])
    return {**staffs, "measures": _opened(measured, "console", measures), **own}


def _own(house: House) -> dict[str, dict[str, Any]]:
    links = PortalLinks("", InMemorySealKeys(KeyRing.from_json(KEY_RING)))
    mark, found = address_mark(MessageChannel.EMAIL, "ana@example.com"), {}
    for name, (purpose, rest, form) in OWN.items():
        subject = "email" if purpose is LinkPurpose.UNSUBSCRIBE else "o-1"
        path = links.to(purpose, CustomerId(ANA), house.clock.now(), subject, mark) + rest
        found[name] = (
            request_event("POST", path, headers=FORM, body=form)
            if form
            else request_event("GET", path, headers=BY_CLOUDFRONT)
        )
    return found


def _opened(house: House, function: str, event: dict[str, Any]) -> dict[str, Any]:
    def invoke() -> Any:
        # Each form in an hour of its own: what customers may do only so often is counted by the hour.
        house.clock.at += HOUR if event["requestContext"]["http"]["method"] == "POST" else timedelta(0)
        return house.invoke(function, event)

    for _ in range(3):
        answer = invoke()
    if answer["statusCode"] >= 400:
        raise AssertionError(f"{event['rawPath']} answers {answer['statusCode']}")
    spent = []
    for _ in range(ROUNDS):
        house.forget_cost()
        invoke()
        spent.append(house.cpu[function] * 1000)
    return {
        "ms": median(spent),
        "calls": dict(sorted(house.wire.calls.items())),
        "KB": len(answer["body"]) / 1024,
    }


def _signed_in(cookies: Cookies) -> str:
    now = datetime.fromtimestamp(time.time(), UTC)
    owner = StaffMember("owner", "Olivia Owner", "owner@example.com", Role.OWNER)
    session = Session(id="bench", member=owner, since=now, looked_at=now)
    bootstrap.open_sessions(ENVIRONMENT["TABLE_NAME"]).open(owner.id, session.id, until=session.ends_at)
    made = cookies.of_session(session)
    return f"{made.name}={made.value}"
