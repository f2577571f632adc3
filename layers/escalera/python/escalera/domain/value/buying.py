"""A customer's purchases as the value models look at them: (x, t_x, T) and the mean spend, counted as the papers do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Buying:
    """One customer up to a day. Times are whole days."""

    frequency: int
    """x: days with a purchase, without the first."""
    recency: int
    """t_x: from the first day of purchase to the last; 0 for one who bought once."""
    age: int
    """T: from the first day of purchase to the day of looking."""
    mean_spend: float
    """Of the repeat purchases, in the unit of the amounts given; 0 for one who bought once."""


def buying(purchases: Iterable[tuple[date, float]], until: date) -> Buying | None:
    """How somebody bought up to and including `until`; None for one who had not bought by then.

    All purchases of a day are one, their amounts summed; a purchase of nothing is a purchase; the first day's money
    does not count (Fader & Hardie 2013: spend is of repeat purchases). Refunds are taken off before, or left off.
    """
    days: dict[date, float] = {}
    for day, amount in purchases:
        if day <= until:
            days[day] = days.get(day, 0) + amount
    if not days:
        return None
    first, last = min(days), max(days)
    repeats = len(days) - 1
    spent = sum(amount for day, amount in days.items() if day != first)
    return Buying(repeats, (last - first).days, (until - first).days, spent / repeats if repeats else 0.0)
