"""Journeys that are paused: people in them are frozen where they stand, nobody is ejected and nobody is lost.

Waits go on and what is waited for may come; nothing is done, decided or sent, and nobody enters. The time of a pause
counts for nothing that has a limit: how old a cause may be, until when a message may go, how long an entry may last.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from escalera.domain.vocabulary import JourneyName

FIRST_LOOK = timedelta(minutes=15)
LONGEST_LOOK = timedelta(hours=6)
"""Whoever is frozen looks again at the latest after this long: so long after it was resumed all people move again."""
REMEMBERED = 20
"""So many pauses of a journey are remembered: more than anybody lives through in one entry."""


@dataclass(frozen=True, slots=True)
class Pause:
    """One time of standing still; `until` is None while it lasts."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class JourneySwitch:
    """Whether one journey moves, and when it did not."""

    pauses: tuple[Pause, ...] = ()
    """Oldest first."""

    @property
    def paused_since(self) -> datetime | None:
        """Since when it stands still; None while it moves."""
        last = self.pauses[-1] if self.pauses else None
        return last.since if last and last.until is None else None

    def look_again(self, now: datetime) -> timedelta:
        """After how long one who is frozen looks again: sooner while the pause is young, for each look costs a little."""
        paused = now - (self.paused_since or now)
        return min(max(paused / 2, FIRST_LOOK), LONGEST_LOOK)

    def stood_still(self, since: datetime, now: datetime) -> timedelta:
        """How much of this time the journey stood still. A pause counts until the last who were frozen have looked."""
        total, counted = timedelta(), since
        for pause in self.pauses:
            over = now if pause.until is None else min(now, pause.until + LONGEST_LOOK)
            begun = max(counted, pause.since)
            if over > begun:
                total, counted = total + (over - begun), over
        return total

    def paused(self, now: datetime) -> "JourneySwitch":
        """The same, standing still from now on."""
        if self.paused_since is not None:
            return self
        return JourneySwitch((*self.pauses, Pause(now))[-REMEMBERED:])

    def resumed(self, now: datetime) -> "JourneySwitch":
        """The same, moving from now on."""
        if self.paused_since is None:
            return self
        return JourneySwitch((*self.pauses[:-1], replace(self.pauses[-1], until=now)))


ALWAYS_ON = JourneySwitch()


@dataclass(frozen=True, slots=True)
class Switches:
    """The switches of all journeys; who has none was never paused. `version` counts the writes."""

    journeys: Mapping[JourneyName, JourneySwitch] = field(default_factory=dict)
    version: int = 0

    def of(self, journey: str) -> JourneySwitch:
        """The journey's switch."""
        return self.journeys.get(JourneyName(journey), ALWAYS_ON)

    def having(self, journey: str, switch: JourneySwitch) -> "Switches":
        """The same with another switch for this journey."""
        return replace(self, journeys={**self.journeys, JourneyName(journey): switch})
