"""The shapes of measures: each keeps the two numbers it is made of, so that a reader can check it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """A share: `part` of `whole`, both counted in the same unit (customers, or minor units of money)."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """Between 0 and 1 where the part lies within the whole; None when there is nothing to be part of."""
        return self.part / self.whole if self.whole > 0 else None


@dataclass(frozen=True, slots=True)
class Average:
    """`total` over `count`."""

    total: int
    count: int

    @property
    def value(self) -> float | None:
        """None when there is nothing to average."""
        return self.total / self.count if self.count > 0 else None
