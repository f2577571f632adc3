"""Each customer of a log as the value models look at them, all at once."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from escalera.domain.value.counts import Floats, Integers, PurchaseCounts, SpendCounts
from escalera_cli.valuation.purchase_log import PurchaseLog

_DAY_BITS = 22  # date.max.toordinal() needs that many


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """One place per customer, in the order in which the log first names them; days, and the log's own money.

    The same rules as `escalera.domain.value.buying`, by columns.
    """

    frequency: Integers
    recency: Integers
    age: Integers
    mean_spend: Floats
    refunds_of_nothing: int
    """Refunds that no purchase came before: taken off nothing."""

    @property
    def purchases(self) -> PurchaseCounts:
        """What the purchase model is fitted to."""
        return PurchaseCounts.of(self.frequency, self.recency, self.age)

    @property
    def spending(self) -> SpendCounts:
        """What the spend model is fitted to."""
        return SpendCounts.of(self.frequency, self.mean_spend)


def last_day(log: PurchaseLog) -> date | None:
    """The last day anything was bought; None for an empty log."""
    return date.fromordinal(max(log.day)) if log.day else None


def histories(log: PurchaseLog, until: date) -> tuple[list[str], Histories]:
    """The names of all who bought by `until`, and how they did.

    A negative amount is a refund: it is taken off the last day with a purchase up to its own.
    """
    who, day = np.frombuffer(log.who, np.int32), np.frombuffer(log.day, np.int32)
    amount = np.frombuffer(log.amount, np.float64)
    keys = who.astype(np.int64) << _DAY_BITS | day
    bought = amount >= 0
    days, place = np.unique(keys[bought], return_inverse=True)
    spent = np.asarray(np.bincount(place, weights=amount[bought], minlength=len(days)), np.float64)
    of_nothing = _take_off(spent, days, keys[~bought], amount[~bought])
    customer, on = days >> _DAY_BITS, days & (1 << _DAY_BITS) - 1
    first = np.flatnonzero(np.diff(customer, prepend=-1))
    last = np.append(first, len(days))[1:] - 1
    repeats = last - first
    again = np.add.reduceat(spent, first) - spent[first]
    mean = np.divide(again, repeats, out=np.zeros(len(first)), where=repeats > 0)
    names = [log.names[number] for number in customer[first].tolist()]
    age = until.toordinal() - on[first]
    return names, Histories(repeats, on[last] - on[first], age, mean, of_nothing)


def _take_off(spent: Floats, days: Integers, refunds: Integers, amounts: Floats) -> int:
    """Take each refund off its customer's last day of purchase; how many found none."""
    before = np.searchsorted(days, refunds, side="right") - 1
    found = before >= 0
    found[found] = days[before[found]] >> _DAY_BITS == refunds[found] >> _DAY_BITS
    np.add.at(spent, before[found], amounts[found])
    return int((~found).sum())
