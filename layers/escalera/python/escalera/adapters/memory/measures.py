"""The daily measures in memory."""

from collections.abc import Iterable, Sequence
from datetime import date
from threading import Lock

from escalera.domain.measures import Measures, from_json, to_json


class InMemoryDailyMeasures:
    """`DailyMeasures` that keeps them as the table does: in writing."""

    def __init__(self) -> None:
        self._days: dict[date, Measures] = {}
        self._lock = Lock()

    def record(self, measures: Measures) -> bool:
        """Keep the first measures of a day."""
        written = from_json(to_json(measures))
        with self._lock:
            return self._days.setdefault(measures.day, written) == written

    def between(self, first: date, last: date) -> Sequence[Measures]:
        """The days within, oldest first."""
        return [self._days[day] for day in sorted(self._days) if first <= day <= last]

    def on(self, days: Iterable[date]) -> Sequence[Measures]:
        """Those of these days that there are, oldest first."""
        return [self._days[day] for day in sorted(set(days) & self._days.keys())]

    def latest(self) -> Measures | None:
        """The newest day's."""
        return self._days[max(self._days)] if self._days else None
