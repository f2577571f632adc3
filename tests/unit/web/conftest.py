"""The console with a sign-in of our own, and a visitor of each role."""

from pathlib import Path

import pytest

from escalera.adapters.memory import InMemoryCustomerRepository, InMemoryWorkLists
from escalera.domain.seals import KeyRing
from escalera.domain.staff import Role
from escalera.runtime.environment import PowertoolsEnv
from escalera.web.console.site import ConsoleParts, console_site
from escalera.web.site import web_handler
from tests.fakes.clock import SetClock
from tests.fakes.house import PROGRAMME
from tests.fakes.sign_in import FakeSignIn
from tests.support.visitor import Visitor

FOLDER = Path(__file__).resolve().parents[3] / "functions/console"
RING = KeyRing("1", {"1": b"k" * 32})


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def sign_in() -> FakeSignIn:
    return FakeSignIn()


@pytest.fixture
def anybody(clock: SetClock, sign_in: FakeSignIn, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """Somebody who is not signed in."""
    for name in ("SERVICE_NAME", "METRICS_NAMESPACE"):
        monkeypatch.setenv(f"POWERTOOLS_{name}", "console")
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "INFO")
    store = InMemoryCustomerRepository()
    parts = ConsoleParts(
        sign_in=sign_in,
        ring=RING,
        customers=store,
        work=InMemoryWorkLists(store),
        clock=clock,
        programme=PROGRAMME,
    )
    handler = web_handler(
        PowertoolsEnv, lambda _env: console_site(FOLDER, parts, address="https://console.example.com")
    )
    return Visitor(handler)


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
