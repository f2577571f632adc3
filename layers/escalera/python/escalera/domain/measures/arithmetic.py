"""What keeping customers does to a shop over the years (doctrine S16, R8)."""

from dataclasses import dataclass

from escalera.domain.measures.figures import Average, Rate

YEARS = 7
MORE = 0.05


def growth(kept: float, gained: float, years: int) -> float:
    """How many customers there are after some years, for each one at the start.

    `kept` is the share that stays each year, `gained` the new ones of a year as a share of those there at its start:
    (kept + gained) ** years. With 20 % new a year: at 90 % kept 1.95 after seven years, at 80 % still 1.
    Source: the retention arithmetic of doctrine S16.
    """
    return (kept + gained) ** years


@dataclass(frozen=True, slots=True)
class RetentionArithmetic:
    """The arithmetic with the shop's own numbers of the last year."""

    kept: Rate
    """The retention."""
    gained: Rate
    """New customers of the year, of those who bought in the year before."""
    existing: Rate
    """The revenue of the year from those who had bought before it, of all."""
    yearly: Average
    """What a customer who stayed brought in the year, in minor units."""

    @property
    def more(self) -> float:
        """By how much more is kept in the second course: five points, or as many as there are up to all."""
        return 0.0 if self.kept.value is None else min(MORE, 1 - self.kept.value)

    @property
    def as_it_is(self) -> tuple[float, ...]:
        """For each customer of today: how many after 0, 1, ... 7 years if every year goes like the last."""
        return self._course(0.0)

    @property
    def with_more(self) -> tuple[float, ...]:
        """The same if five points more of the customers are kept each year."""
        return self._course(self.more)

    @property
    def worth_of_more(self) -> int | None:
        """What keeping five points more is worth in a year, in minor units.

        So many more customers kept, each bringing what one who stayed brings on average. Why five points: F. F.
        Reichheld and W. E. Sasser, "Zero Defections: Quality Comes to Services", Harvard Business Review 68 (1990).
        """
        if self.yearly.value is None or self.kept.value is None:
            return None
        return round(self.more * self.kept.whole * self.yearly.value)

    def _course(self, more: float) -> tuple[float, ...]:
        if self.kept.value is None or self.gained.value is None:
            return ()
        return tuple(growth(self.kept.value + more, self.gained.value, years) for years in range(YEARS + 1))
