"""Which journeys are paused is read once and then only every minute."""

from datetime import timedelta

import pytest

from escalera.domain.errors import StoreBusyError
from escalera.domain.switches import ALWAYS_ON, Switches
from escalera.runtime.known_switches import REFRESH_AFTER, RefreshedSwitches
from tests.fakes.clock import SetClock


class CountedSwitches:
    """Counts its reads; throttles while `busy`."""

    def __init__(self) -> None:
        self.kept = Switches()
        self.reads = 0
        self.busy = False

    def read(self) -> Switches:
        self.reads += 1
        if self.busy:
            raise StoreBusyError("later")
        return self.kept

    def write(self, before, after, audit) -> bool:
        raise NotImplementedError


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def switches():
    return CountedSwitches()


@pytest.fixture
def known(switches, clock):
    return RefreshedSwitches(switches, clock)


def test_one_read_serves_every_journey_for_a_minute(known, switches, clock):
    assert known.of("win-back") == ALWAYS_ON
    clock.at += REFRESH_AFTER - timedelta(seconds=1)
    known.of("thank-you")
    assert switches.reads == 1


def test_a_pause_is_known_after_a_minute(known, switches, clock):
    known.of("win-back")
    switches.kept = Switches().having("win-back", ALWAYS_ON.paused(clock.at))
    assert known.of("win-back").paused_since is None
    clock.at += REFRESH_AFTER
    assert known.of("win-back").paused_since is not None


def test_while_the_store_is_busy_what_was_known_serves_on_for_another_minute(known, switches, clock):
    switches.kept = Switches().having("win-back", ALWAYS_ON.paused(clock.at))
    known.of("win-back")
    clock.at += REFRESH_AFTER
    switches.busy = True
    assert known.of("win-back").paused_since is not None
    assert known.of("win-back").paused_since is not None
    assert switches.reads == 2


def test_a_store_that_never_answered_is_an_error_and_asked_again(known, switches):
    switches.busy = True
    with pytest.raises(StoreBusyError):
        known.of("win-back")
    switches.busy = False
    assert known.of("win-back") == ALWAYS_ON
