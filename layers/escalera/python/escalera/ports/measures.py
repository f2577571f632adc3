"""Where the measures of each day are kept."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from escalera.domain.measures import Measures


class DailyMeasures(Protocol):
    """The shop's measures, one fact a day. A day once written stays as it was: history is not rewritten.

    Errors: `StoreBusyError` when the store throttles; nothing was written then.
    """

    def record(self, measures: Measures) -> bool:
        """Keep a day's measures; False, and nothing written, when that day has other ones already.

        The very same measures once more are no news: True.
        """

    def between(self, first: date, last: date) -> Sequence[Measures]:
        """The measures of the days from `first` to `last`, both included, oldest first; days without are left out."""

    def on(self, days: Iterable[date]) -> Sequence[Measures]:
        """The measures of these days, oldest first; days without are left out."""

    def latest(self) -> Measures | None:
        """The newest measures; None before the first night."""
