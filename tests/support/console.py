"""The staff's console before a browser, with a shop in memory and a sign-in that lets in whom the test says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from escalera.adapters.memory import (
    InMemoryAuditTrail,
    InMemoryColleagues,
    InMemoryCustomerRepository,
    InMemoryDailyMeasures,
    InMemoryJourneySteps,
    InMemoryJourneySwitches,
    InMemoryMessageLedger,
    InMemoryMessageSender,
    InMemoryOpenSessions,
    InMemoryWorkLists,
)
from escalera.domain.seals import KeyRing
from escalera.domain.staff import RIGHTS, Right, Role
from escalera.domain.vocabulary import CustomerId
from escalera.runtime.environment import Environment
from escalera.web.console.site import ConsoleParts, console_site
from escalera.web.site import web_handler
from tests.fakes.clock import SetClock
from tests.fakes.desk_shop import DESK_PROGRAMME, EVE, stock
from tests.fakes.journeys import GRAPHS, keep, people_in_journeys
from tests.fakes.lives import measured_on
from tests.fakes.renderer import SpellingRenderer
from tests.fakes.sign_in import FakeSignIn
from tests.support.served import served

FOLDER = Path(__file__).resolve().parents[2] / "functions/console"
RING = KeyRing("1", {"1": b"k" * 32})


class NoEnv(Environment):
    """Nothing has to be told."""


@dataclass
class SignInAtOnce(FakeSignIn):
    """Sends people straight back, as the role whose turn it is."""

    site: str = ""
    next_in: Role = Role.OWNER

    def address(self, *, state: str, challenge: str) -> str:
        self.challenges.add(challenge)
        return f"{self.site}/signed-in?{urlencode({'code': self.next_in.value, 'state': state})}"

    def leave_address(self) -> str:
        return f"{self.site}/signed-out"


@dataclass
class ConsoleOnShow:
    """A console under an address on this machine."""

    url: str
    sign_in: SignInAtOnce
    clock: SetClock

    @property
    def next_in(self) -> Role:
        return self.sign_in.next_in

    @next_in.setter
    def next_in(self, role: Role) -> None:
        self.sign_in.next_in = role

    def deeper_places(self, role: Role) -> list[str]:
        """Pages that no link of the frame leads to, as far as the role may see them."""
        eve = quote(EVE, safe="")
        return [
            *(["/audit"] if Right.SEE_SETTINGS in RIGHTS[role] else []),
            "/complaints/trends",
            f"/complaint?customer={eve}&id=c%2F1",
            f"/customer?id={eve}",
            "/find?who=ejemplo",
            "/journey?name=win-back",
            f"/calendar/customer?id={eve}",
            f"/message?name=how-was-it&language=en&customer={eve}",
            "/journey/people?name=win-back&step=2-wait-5d",
        ]


def console_parts(
    sign_in: Any,
    clock: SetClock,
    store: InMemoryCustomerRepository | None = None,
    wall_clock: SetClock | None = None,
    *,
    email: InMemoryMessageSender | None = None,
    daily: InMemoryDailyMeasures | None = None,
    sessions: InMemoryOpenSessions | None = None,
    steps: InMemoryJourneySteps | None = None,
) -> ConsoleParts:
    """The console over a shop in memory."""
    store = store or InMemoryCustomerRepository()
    return ConsoleParts(
        sign_in=sign_in,
        ring=RING,
        customers=store,
        work=InMemoryWorkLists(store),
        clock=clock,
        wall_clock=wall_clock or clock,
        programme=DESK_PROGRAMME,
        graphs=GRAPHS,
        switches=InMemoryJourneySwitches(store),
        steps=steps or InMemoryJourneySteps(),
        renderer=SpellingRenderer(),
        email=email or InMemoryMessageSender(InMemoryMessageLedger(store)),
        trail=InMemoryAuditTrail(store),
        daily=daily or InMemoryDailyMeasures(),
        colleagues=InMemoryColleagues(),
        sessions=sessions or InMemoryOpenSessions(),
    )


def console_handler(parts: ConsoleParts, *, address: str) -> Any:
    """The console's Lambda handler."""
    return web_handler(NoEnv, lambda _env: console_site(FOLDER, parts, address=address))


def measured_shop() -> InMemoryDailyMeasures:
    """What some nights measured."""
    daily = InMemoryDailyMeasures()
    for ago in (60, 28, 1, 0):
        daily.record(measured_on(ago))
    return daily


@contextmanager
def console_on_show() -> Iterator[ConsoleOnShow]:
    """Serve it until the context ends."""
    with served() as here:
        clock, sign_in = SetClock(), SignInAtOnce(site=here.url)
        store = InMemoryCustomerRepository()
        stock(store, clock)
        keep(store, *people_in_journeys(clock.now(), [EVE, CustomerId("ana")]))
        parts = console_parts(sign_in, clock, store, daily=measured_shop())
        here.handler = console_handler(parts, address=here.url)
        yield ConsoleOnShow(here.url, sign_in, clock)
