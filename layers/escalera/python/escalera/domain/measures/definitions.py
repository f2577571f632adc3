"""What each measure is: numerator, denominator, window.

The year is the 365 days up to the night; the year before is as long and ends where the year begins. Orders given back
in full do not count as bought. Money is in the shop's currency; revenue is what was bought less what was given back.
"""

# docs/reference/measures.md is written from the docstrings of this module and of `result`.

from collections.abc import Callable, Mapping

from escalera.domain.measures.arithmetic import RetentionArithmetic
from escalera.domain.measures.concentration import Bracket, customers_bringing
from escalera.domain.measures.counting import (
    CONSENT_ASKED,
    MEMBER,
    NO_CLASS,
    OTHER,
    PROFILE_FIELDS,
    Table,
    Tally,
)
from escalera.domain.measures.figures import Average, Rate
from escalera.domain.measures.summary import MeasuresSummary
from escalera.domain.vocabulary import AbcClass

MOST_OF_REVENUE = 0.8


class Group:
    """A part of the base: everybody, one class, members or others."""

    def __init__(self, summary: MeasuresSummary, *keys: tuple[Table, str]) -> None:
        self._summary = summary
        self._keys = keys

    @classmethod
    def everybody(cls, summary: MeasuresSummary) -> "Group":
        """Members and others together."""
        return cls(summary, (Table.MEMBERSHIP, MEMBER), (Table.MEMBERSHIP, OTHER))

    @classmethod
    def members(cls, summary: MeasuresSummary, *, or_others: bool = False) -> "Group":
        """Those who said yes to relationship or promotion on a channel they did not close since; or the others."""
        return cls(summary, (Table.MEMBERSHIP, OTHER if or_others else MEMBER))

    @classmethod
    def of_class(cls, summary: MeasuresSummary, abc: AbcClass | None) -> "Group":
        """One class, as it was judged last; None: those not judged yet."""
        return cls(summary, (Table.CLASS, abc.value if abc else NO_CLASS))

    def count(self, tally: Tally) -> int:
        """How many, or how much."""
        return sum(self._summary.get(*key, tally) for key in self._keys)


def retention(group: Group) -> Rate:
    """Customers who bought in the year before and bought again in the year, of those who bought in the year before.

    Window: two years. Source: P. W. Farris, N. T. Bendle, P. E. Pfeifer and D. J. Reibstein, *Marketing Metrics*
    (3rd ed., 2015), "Customers, recency, and retention", with a year as the period.
    """
    return Rate(group.count(Tally.RETAINED), group.count(Tally.ACTIVE_BEFORE))


def churn(group: Group) -> Rate:
    """Customers who bought in the year before and not in the year, of those who bought in the year before.

    Window: two years. It is what retention leaves: the two add up to all.
    """
    before = group.count(Tally.ACTIVE_BEFORE)
    return Rate(before - group.count(Tally.RETAINED), before)


def repeat_rate(group: Group) -> Rate:
    """Customers of the year who have bought at least twice (the earlier time may lie before the year), of all who
    bought in the year.

    Window: one year.
    """
    return Rate(group.count(Tally.REPEATED), group.count(Tally.ACTIVE))


def reactivation(group: Group) -> Rate:
    """Customers who were quiet when the year began and bought in it, of those who were quiet when it began.

    Window: one year. Quiet is a silence unusual for that very customer (see "When a silence is unusual").
    """
    return Rate(group.count(Tally.REACTIVATED), group.count(Tally.QUIET_BEFORE))


def frequency(group: Group) -> Average:
    """Orders of the year, by each customer who bought in it.

    Window: one year. An average: orders over customers.
    """
    return Average(group.count(Tally.ORDERS), group.count(Tally.ACTIVE))


def average_order(group: Group) -> Average:
    """What the orders of the year brought, less what was given back of them, by each of these orders.

    Window: one year. An average: money over orders. Orders in a currency without a rate are in neither.
    """
    return Average(group.count(Tally.ORDER_VALUE), group.count(Tally.VALUED_ORDERS))


def lifetime_revenue(group: Group) -> Average:
    """What customers have brought so far, less what was given back, by each who ever bought.

    Window: from the first order on. An average: money over customers. It looks back; the expected value looks ahead.
    """
    return Average(group.count(Tally.LIFETIME_REVENUE), group.count(Tally.BUYERS))


def expected_value(group: Group) -> Average:
    """What customers are expected to bring from now on, discounted, by each whose value is estimated (doctrine S8).

    Window: the horizon of the nightly score. Not there while the base is too small to estimate it.
    """
    return Average(group.count(Tally.EXPECTED_VALUE), group.count(Tally.VALUED))


def revenue_per_customer(group: Group) -> Average:
    """Revenue of the year, by each customer who bought in it.

    Window: one year. An average: money over customers. What is given back of older orders counts in the year, too.
    """
    return Average(group.count(Tally.REVENUE), group.count(Tally.ACTIVE))


def share_of_revenue(group: Group, everybody: Group) -> Rate:
    """Revenue of the year from this group, of all revenue of the year.

    Window: one year. A group that gave back more than it bought has a share below zero.
    """
    return Rate(group.count(Tally.REVENUE), everybody.count(Tally.REVENUE))


def customers_who_bring_most(summary: MeasuresSummary) -> Rate:
    """The fewest customers who together bring 80 % of the revenue, of all who brought any (doctrine L8).

    Window: one year. Only customers whose year was above zero; exact up to one bracket of customers whose
    revenue differs by 1 % at most.
    """
    brackets: dict[int, dict[str, int]] = {}
    for (number, kind), count in summary.under(Table.BRACKET):
        brackets.setdefault(int(number), {})[kind] = count
    known = [(number, Bracket(one["customers"], one["revenue"])) for number, one in brackets.items()]
    whole = sum(bracket.customers for _, bracket in known)
    return Rate(customers_bringing(MOST_OF_REVENUE, known), whole)


def completeness(summary: MeasuresSummary) -> Mapping[str, Rate]:
    """For each field of the profile: customers of whom we know it, of all known customers.

    Window: today. `consent` counts those who said yes or no to anything that needs asking.
    """
    known = Group.everybody(summary).count(Tally.KNOWN)
    return {name: Rate(summary.get(Table.FILLED, name), known) for name in (*PROFILE_FIELDS, CONSENT_ASKED)}


def arithmetic(everybody: Group) -> RetentionArithmetic:
    """What existing customers bring, and what keeping five points more of them is worth (doctrine S16, R8).

    Window: one year, and the year before as the base. New customers of the year, and those kept, are shares of those
    who bought in the year before; if every year goes like this one, after n years there are (kept + new)^n times as
    many.
    """
    return RetentionArithmetic(
        kept=retention(everybody),
        gained=Rate(everybody.count(Tally.NEW), everybody.count(Tally.ACTIVE_BEFORE)),
        existing=Rate(everybody.count(Tally.REVENUE_EXISTING), everybody.count(Tally.REVENUE)),
        yearly=Average(everybody.count(Tally.REVENUE_RETAINED), everybody.count(Tally.RETAINED)),
    )


MEASURES: Mapping[str, Callable[[Group], Rate | Average]] = {
    "retention": retention,
    "churn": churn,
    "repeat_rate": repeat_rate,
    "reactivation": reactivation,
    "frequency": frequency,
    "average_order": average_order,
    "revenue_per_customer": revenue_per_customer,
    "lifetime_revenue": lifetime_revenue,
    "expected_value": expected_value,
}
"""The measures that are there for everybody, for each class, and for members and others."""
