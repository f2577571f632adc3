"""A journey is paused, and let go on: a switch, and the row that tells who turned it."""

from collections.abc import Callable, Container
from datetime import datetime

from escalera.domain.errors import NotThereError, StaleCustomerError
from escalera.domain.staff import Right, StaffMember
from escalera.domain.switches import JourneySwitch
from escalera.domain.vocabulary import NOBODY
from escalera.ports.clock import Clock
from escalera.ports.switches import JourneySwitches
from escalera.use_cases.desk.deciding import noted

ATTEMPTS = 5


def pause_journey(
    journey: str, *, by: StaffMember, journeys: Container[str], switches: JourneySwitches, clock: Clock
) -> bool:
    """Freeze all who are in it, from about a minute on; False if it is paused already. `journeys`: those there are.

    Errors: `NotAllowedError`, `NotThereError` for a journey that there is not.
    """
    if journey not in journeys:
        raise NotThereError(f"no journey is called `{journey}`: reload the list")
    return _turn(journey, JourneySwitch.paused, "journey paused", by=by, switches=switches, clock=clock)


def resume_journey(journey: str, *, by: StaffMember, switches: JourneySwitches, clock: Clock) -> bool:
    """Let all go on, each within `LONGEST_LOOK`; False if it is not paused. Also of a journey that is in the programme no
    more, for people may still be in it.

    Errors: `NotAllowedError`.
    """
    return _turn(journey, JourneySwitch.resumed, "journey resumed", by=by, switches=switches, clock=clock)


def _turn(
    journey: str,
    turned: Callable[[JourneySwitch, datetime], JourneySwitch],
    what: str,
    *,
    by: StaffMember,
    switches: JourneySwitches,
    clock: Clock,
) -> bool:
    by.must(Right.STEER)
    for _ in range(ATTEMPTS):
        before, now = switches.read(), clock.now()
        switch = turned(before.of(journey), now)
        if switch == before.of(journey):
            return False
        audit = noted(by, what, of=NOBODY, about=journey, at=now)
        if switches.write(before, before.having(journey, switch), audit):
            return True
    raise StaleCustomerError(
        f"the switches of the journeys were changed by others {ATTEMPTS} times while we tried"
    )
