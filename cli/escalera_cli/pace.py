"""Replays a past at a pace: each event at its own moment, days shortened."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from escalera_cli.event_files import Event

DAY = timedelta(days=1)
TOGETHER_SECONDS = 0.02
"""What happens within so little real time goes to the bus in one call."""


@dataclass(frozen=True)
class Pace:
    """A day of the past lasts `day_seconds` real seconds; 0: no waiting at all."""

    day_seconds: float

    @property
    def scale(self) -> float:
        """Simulated seconds per real second."""
        return DAY.total_seconds() / self.day_seconds

    def seconds_until(self, at: datetime, begins: datetime) -> float:
        """How many real seconds after `begins` this moment comes."""
        return (at - begins) / DAY * self.day_seconds

    def together(self, events: Iterable[Event]) -> Iterator[tuple[datetime, list[Event]]]:
        """Gather events, which come in their order, that happen within one breath; each group has its last moment."""
        if not self.day_seconds:
            gathered = list(events)
            if gathered:
                yield occurred_at(gathered[-1]), gathered
            return
        breath = DAY * (TOGETHER_SECONDS / self.day_seconds)
        for _, group in groupby(
            events, key=lambda event: occurred_at(event).timestamp() // breath.total_seconds()
        ):
            gathered = list(group)
            yield occurred_at(gathered[-1]), gathered


def occurred_at(event: Event) -> datetime:
    """When the event happened."""
    return datetime.fromisoformat(event["detail"]["occurred_at"])


def play(
    moments: Iterable[tuple[datetime, Callable[[], None]]],
    *,
    begins: datetime,
    pace: Pace,
    started: float | None = None,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Do each thing at its moment, in the order given; what is late is done at once.

    started: the `now()` at which `begins` was; None: this very moment.
    """
    started = now() if started is None else started
    for at, act in moments:
        left = started + pace.seconds_until(at, begins) - now()
        if left > 0:
            sleep(left)
        act()
