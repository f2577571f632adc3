"""The shop: the very template that would go to AWS, deployed to the local stack with IAM enforced."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from escalera_cli.local_shop import WebPorts, running_shop
from tests.e2e.shop import Shop
from tests.support.browsing import Browsing, running_browser

TEN_IN_THE_MORNING = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
A_DAY_IN_A_SECOND = 1 / 86_400


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One deployment for all tests; each test brings customers of its own."""
    state: Path = tmp_path_factory.mktemp("shop")
    web, scale = WebPorts.free(), A_DAY_IN_A_SECOND
    with running_shop(state, wait_scale=scale, web=web, report=lambda *_: None) as (stack, connection):
        yield Shop(stack, connection.outputs, TEN_IN_THE_MORNING, web)


@pytest.fixture
def shop(deployed: Shop) -> Iterator[Shop]:
    """The shop at ten in the morning, with a mail service that works."""
    deployed.stack.set_clock(TEN_IN_THE_MORNING, 1)
    deployed.now = TEN_IN_THE_MORNING
    yield deployed
    deployed.stack.set_wait_scale(A_DAY_IN_A_SECOND)
    deployed.stack.change(
        throttle_email=0,
        drop_feedback=0,
        crash_before_send=0,
        crash_after_send=0,
        break_before_send=0,
        break_after_send=0,
        fail_calls={},
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with running_browser() as found:
        yield found


@pytest.fixture
def browsing(browser: Browser) -> Iterator[Browsing]:
    """Windows of the staff and the customers of the shop."""
    windows = Browsing(browser)
    yield windows
    windows.close()
