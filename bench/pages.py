"""CPU and questions to the table of warm pages: of a customer with a life of half a year, as an owner sees them."""

import time
from datetime import UTC, datetime
from statistics import median
from typing import Any
from urllib.parse import urlencode

from bench.house import House
from bench.life import ANA, Life
from bench.wire import KEY_RING
from escalera.domain.seals import KeyRing
from escalera.domain.staff import Role, StaffMember
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
    "measures": "/measures",
    "settings": "/settings",
    "audit": "/audit",
}


def pages() -> dict[str, Any]:
    """CPU ms of each page (the median of some rounds, without the network) and the calls of AWS it makes."""
    life = Life()
    life.live()
    house = life.house
    ring = KeyRing.from_json(KEY_RING)
    cookie = _signed_in(Cookies(ring, secure=True))
    return {name: _opened(house, address, cookie) for name, address in CONSOLE.items()}


def _opened(house: House, address: str, cookie: str) -> dict[str, Any]:
    event = request_event("GET", address, cookies=[cookie])
    for _ in range(3):
        answer = house.invoke("console", event)
    if answer["statusCode"] != 200:
        raise AssertionError(f"{address} answers {answer['statusCode']}")
    spent = []
    for _ in range(ROUNDS):
        house.forget_cost()
        house.invoke("console", event)
        spent.append(house.cpu["console"] * 1000)
    return {
        "ms": median(spent),
        "calls": dict(sorted(house.wire.calls.items())),
        "KB": len(answer["body"]) / 1024,
    }


def _signed_in(cookies: Cookies) -> str:
    now = datetime.fromtimestamp(time.time(), UTC)
    owner = StaffMember("owner", "Olivia Owner", "owner@example.com", Role.OWNER)
    made = cookies.of_session(Session(id="bench", member=owner, since=now, looked_at=now))
    return f"{made.name}={made.value}"
