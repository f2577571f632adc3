"""The console with a sign-in of our own, and a visitor of each role."""

import pytest

from escalera.adapters.memory import (
    InMemoryCustomerRepository,
    InMemoryDailyMeasures,
    InMemoryJourneySteps,
    InMemoryMessageLedger,
    InMemoryMessageSender,
    InMemoryOpenSessions,
)
from escalera.domain.staff import Role
from tests.fakes.clock import SetClock
from tests.fakes.sign_in import FakeSignIn
from tests.support.console import console_handler, console_parts
from tests.support.visitor import Visitor


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def sign_in() -> FakeSignIn:
    return FakeSignIn()


@pytest.fixture
def store() -> InMemoryCustomerRepository:
    """Where the shop's customers are kept."""
    return InMemoryCustomerRepository()


@pytest.fixture
def email(store: InMemoryCustomerRepository) -> InMemoryMessageSender:
    """What carries the tests that people send themselves."""
    return InMemoryMessageSender(InMemoryMessageLedger(store))


@pytest.fixture
def daily() -> InMemoryDailyMeasures:
    """What the nights measured."""
    return InMemoryDailyMeasures()


@pytest.fixture
def sessions() -> InMemoryOpenSessions:
    """Which sessions are open."""
    return InMemoryOpenSessions()


@pytest.fixture
def steps() -> InMemoryJourneySteps:
    """The steps of all releases."""
    return InMemoryJourneySteps()


@pytest.fixture
def anybody(  # noqa: PLR0917 - the parts of a shop
    clock: SetClock,
    sign_in: FakeSignIn,
    store: InMemoryCustomerRepository,
    email: InMemoryMessageSender,
    daily: InMemoryDailyMeasures,
    sessions: InMemoryOpenSessions,
    monkeypatch: pytest.MonkeyPatch,
    steps: InMemoryJourneySteps,
) -> Visitor:
    """Somebody who is not signed in."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "console")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Escalera")
    return Visitor(
        console_handler(
            console_parts(sign_in, clock, store, email=email, daily=daily, sessions=sessions, steps=steps),
            address="https://console.example.com",
        )
    )


@pytest.fixture
def signed_in(anybody: Visitor):
    """Sign somebody of this role in."""

    def sign(role: Role) -> Visitor:
        visitor = anybody.without_cookies()
        there = visitor.get("/sign-in")
        state = there.location.partition("state=")[2]
        back = visitor.get(f"/signed-in?code={role.value}&state={state}")
        assert (back.status, back.location) == (303, "/")
        return visitor

    return sign


@pytest.fixture(autouse=True)
def _named(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Powertools reads by itself."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "pages")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Escalera")
