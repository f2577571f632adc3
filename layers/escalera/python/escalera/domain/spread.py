"""How a number is spread over the base, and where a share of it begins.

A spread is exact and can be added to another: parts of the base are counted apart, in any order, and put together. It
holds a count for each different value, so it grows with the values there are (amounts in cents: at most a few hundred
thousand in any shop), not with the customers.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from typing import Self


@dataclass(frozen=True, slots=True)
class Spread:
    """How many customers have each value."""

    counts: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Iterable[int]) -> Self:
        """The spread of these values."""
        return cls(Counter(values))

    def __add__(self, other: "Spread") -> "Spread":
        counts = Counter(self.counts)
        counts.update(other.counts)
        return Spread(counts)

    @property
    def customers(self) -> int:
        """How many were counted."""
        return sum(self.counts.values())

    def fifths(self) -> tuple[int, ...]:
        """The four values at which a fifth, two, three and four fifths of the customers are reached; none for nobody.

        Equal values stay together, so the same value may stand here more than once.
        """
        total, reached = self.customers, 0
        cuts: list[int] = []
        for value in sorted(self.counts):
            reached += self.counts[value]
            while len(cuts) < 4 and 5 * reached >= (len(cuts) + 1) * total:
                cuts.append(value)
        return tuple(cuts)

    def top(self, share: float) -> int | None:
        """The least value of those on top who together are at most this share of the customers, but at least one.

        None where nobody stands out: nobody was counted, or more than that share are equal at the top.
        """
        return self._edge(sorted(self.counts, reverse=True), most=ceil(_exact(share) * self.customers))

    def lowest(self, share: float) -> int | None:
        """The greatest value of those at the bottom who together are at most this share of the customers; None: nobody."""
        return self._edge(sorted(self.counts), most=floor(_exact(share) * self.customers))

    def _edge(self, values: Sequence[int], *, most: int) -> int | None:
        edge, taken = None, 0
        for value in values:
            taken += self.counts[value]
            if taken > most:
                break
            edge = value
        return edge

    def leading(self, *shares: float) -> list[int | None]:
        """For each share of the sum, the least value of those on top who bring it; shares grow.

        Whoever crosses the line is in, and so are their equals. Values of nothing or less bring nothing. None where the
        values before have brought it already, and for all when there is no sum.
        """
        total = sum(value * count for value, count in self.counts.items() if value > 0)
        cuts: list[int | None] = [None] * len(shares)
        brought = 0
        for value in sorted(self.counts, reverse=True):
            if value <= 0:
                break
            within = next((n for n, share in enumerate(shares) if brought < _exact(share) * total), None)
            if within is None:
                break
            cuts[within] = value
            brought += value * self.counts[value]
        return cuts

    def to_json(self) -> list[list[int]]:
        """Pairs of value and count, by value."""
        return [[value, self.counts[value]] for value in sorted(self.counts)]

    @classmethod
    def from_json(cls, data: Iterable[Sequence[int]]) -> Self:
        """What `to_json` wrote."""
        return cls({int(value): int(count) for value, count in data})


def _exact(share: float) -> Fraction:
    # 0.8 + 0.15 is a little more than 0.95 in floats: a share means the number that people wrote.
    return Fraction(str(round(share, 12)))
