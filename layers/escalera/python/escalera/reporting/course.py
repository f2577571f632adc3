"""The measures of the days, as the report reads them: the newest in full, the earlier ones to compare with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from escalera.domain.measures import Measures
from escalera.domain.measures.figures import Average, Rate

COMPARED_AFTER = timedelta(days=30)
_AT_LEAST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Course:
    """The days measured, oldest first; at least one."""

    days: Sequence[Measures]

    @property
    def now(self) -> Measures:
        """The newest day."""
        return self.days[-1]

    @property
    def before(self) -> Measures | None:
        """The day to compare with: the nearest to thirty days earlier; None when none is a week old."""
        wanted = self.now.day - COMPARED_AFTER
        old_enough = [
            one
            for one in self.days
            if one.day <= self.now.day - _AT_LEAST and one.currency == self.now.currency
        ]
        return min(old_enough, key=lambda one: abs(one.day - wanted), default=None)

    def change(self, measure: Callable[[Measures], Rate | Average]) -> float | None:
        """How much the value moved since the day compared with; None where either is unknown."""
        if self.before is None:
            return None
        now, before = measure(self.now).value, measure(self.before).value
        return None if now is None or before is None else now - before
