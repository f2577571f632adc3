"""The days of which the live report tells: few enough to be read whenever somebody looks, and how it went all the same."""

from collections.abc import Iterable
from datetime import date, timedelta

from escalera.domain.measures import Measures
from escalera.ports.measures import DailyMeasures

FORTNIGHT = 14
LONGEST = 400


class MeasuredDays:
    """Reads them; a day that was measured never changes, so it is read once in the life of the process."""

    def __init__(self, daily: DailyMeasures) -> None:
        self._daily = daily
        self._known: dict[date, Measures] = {}

    def read(self) -> list[Measures]:
        """The newest day and, a fortnight apart, those of a little more than a year, oldest first.

        Of a shop that is measured since a few days, these days. Nothing before the first night.
        """
        newest = self._daily.latest()
        if newest is None:
            return []
        earlier = self._of(days_before(newest.day, LONGEST, every=FORTNIGHT))
        return [*(earlier or self._of(days_before(newest.day, FORTNIGHT, every=1))), newest]

    def _of(self, wanted: list[date]) -> list[Measures]:
        unread = [day for day in wanted if day not in self._known]
        self._known |= {one.day: one for one in self._read(unread)}
        # Yesterday's newest day asks for other days than today's: only these are kept.
        self._known = {day: one for day, one in self._known.items() if day in wanted}
        return [self._known[day] for day in sorted(self._known)]

    def _read(self, days: list[date]) -> Iterable[Measures]:
        return self._daily.on(days) if days else ()


def days_before(newest: date, within: int, *, every: int) -> list[date]:
    """Every so many days before it, within so many days."""
    return [newest - timedelta(days=back) for back in range(every, within, every)]
