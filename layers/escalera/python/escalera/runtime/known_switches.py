"""Which journeys are paused, as one process knows it: read once, then again only every minute."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from escalera.domain.errors import RetryableError
from escalera.domain.switches import ALWAYS_ON, JourneySwitch, Switches
from escalera.ports.clock import Clock
from escalera.ports.switches import JourneySwitches

REFRESH_AFTER = timedelta(minutes=1)
"""A pause is at work everywhere this long after it was decided."""


@dataclass(slots=True)
class RefreshedSwitches:
    """`KnownSwitches` that are read anew when they are old. While the store is too busy, those known before serve on."""

    switches: JourneySwitches
    clock: Clock
    _known: Switches | None = None
    _read_at: datetime | None = None
    _lock: Lock = field(default_factory=Lock)

    def of(self, journey: str) -> JourneySwitch:
        """The journey's switch, at most a minute old. RetryableError only when none was ever read."""
        now = self.clock.now()
        with self._lock:
            if self._read_at is None or not self._read_at <= now < self._read_at + REFRESH_AFTER:
                self._known = self._read()
                self._read_at = now
            return self._known.of(journey) if self._known else ALWAYS_ON

    def _read(self) -> Switches:
        try:
            return self.switches.read()
        except RetryableError:
            if self._known is None:
                raise
            return self._known
