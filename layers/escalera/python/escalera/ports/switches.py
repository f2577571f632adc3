"""Where it is kept which journeys are paused."""

from typing import Protocol

from escalera.domain.facts import Audit
from escalera.domain.switches import JourneySwitch, Switches


class JourneySwitches(Protocol):
    """The switches of all journeys: one record.

    Errors: `StoreBusyError` when the store throttles; nothing was written then.
    """

    def read(self) -> Switches:
        """As they stand now."""

    def write(self, before: Switches, after: Switches, audit: Audit) -> bool:
        """Keep `after` together with the row that tells who did it; False, and nothing written, if they were changed
        since `before` was read.
        """


class KnownSwitches(Protocol):
    """The switches as whoever does steps knows them: perhaps a minute old.

    Errors: `StoreBusyError` when they were never read and the store throttles.
    """

    def of(self, journey: str) -> JourneySwitch:
        """The journey's switch."""
