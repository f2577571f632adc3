"""How few customers bring most of the revenue (doctrine L8), from brackets that can be added.

A sorted list of everybody's revenue cannot be put together from parts in little space; brackets can. Each spans 1 %:
its lowest amount is 1.01 times that of the bracket below. Knowing how many customers a bracket holds and how much
they bring, the answer is exact up to the one bracket in which the share is reached; within it all count as equal.
Source: C. Masson, J. E. Rim, H. K. Lee, "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with Relative-Error
Guarantees", Proceedings of the VLDB Endowment 12 (2019).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log

_WIDTH = log(1.01)


@dataclass(frozen=True, slots=True)
class Bracket:
    """The customers whose revenue lies in one span of 1 %."""

    customers: int
    revenue: int
    """Of all of them, in minor units."""


def bucket_of(amount: int) -> int:
    """The number of the bracket an amount (1 minor unit or more) lies in; higher for more."""
    return floor(log(amount) / _WIDTH)


def customers_bringing(share: float, brackets: Iterable[tuple[int, Bracket]]) -> int:
    """How many customers, the ones who bring most first, bring this share (0 to 1) of all brackets' revenue."""
    falling = [bracket for _, bracket in sorted(brackets, key=lambda one: one[0], reverse=True)]
    missing = share * sum(bracket.revenue for bracket in falling)
    customers = 0
    for bracket in falling:
        if missing <= 0:
            break
        if bracket.revenue >= missing:
            return customers + ceil(round(missing / (bracket.revenue / bracket.customers), 9))
        customers += bracket.customers
        missing -= bracket.revenue
    return customers
