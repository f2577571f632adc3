"""From the summary of the whole base to its measures."""

from collections.abc import Mapping

from escalera.domain.measures import definitions
from escalera.domain.measures.counting import Table, Tally
from escalera.domain.measures.definitions import MEASURES, Group
from escalera.domain.measures.figures import Rate
from escalera.domain.measures.frame import month_name
from escalera.domain.measures.result import (
    Cohort,
    Flow,
    GroupMeasures,
    LeftOut,
    Measures,
    MonthAttrition,
    MonthMeasures,
    TargetProgress,
)
from escalera.domain.measures.summary import MeasuresSummary
from escalera.domain.money import minor_digits
from escalera.domain.vocabulary import AbcClass, Rung

TARGETABLE = tuple(name for name in MEASURES if name != "churn")
"""What a programme may set a target for: of each of these, more is better."""
IN_MONEY = frozenset({"average_order", "revenue_per_customer", "lifetime_revenue", "expected_value"})


def measures(
    summary: MeasuresSummary,
    targets: Mapping[str, float] | None = None,
    *,
    no_value: str = "",
    notes: tuple[str, ...] = (),
) -> Measures:
    """The measures of a base. `targets`: by measure of `TARGETABLE`; shares, orders, or units of currency.

    ValueError for a target of a measure that there is not, or that is not above zero.
    """
    everybody = Group.everybody(summary)
    of_classes = {(abc.value if abc else "none"): Group.of_class(summary, abc) for abc in (*AbcClass, None)}
    frame = summary.frame
    return Measures(
        day=frame.day,
        as_of=frame.as_of,
        currency=frame.currency,
        window_days=frame.window_days,
        flow_days=frame.flow_days,
        everybody=_measured(everybody, everybody),
        classes={name: _measured(group, everybody) for name, group in of_classes.items()},
        members=_measured(Group.members(summary), everybody),
        others=_measured(Group.members(summary, or_others=True), everybody),
        bring_most=definitions.customers_who_bring_most(summary),
        ladder={rung.value: summary.get(Table.RUNG, rung.value) for rung in Rung},
        flow=tuple(Flow(before, now, count) for (before, now), count in summary.under(Table.FLOW)),
        months=_months(summary),
        attrition=_attrition(summary),
        cohorts=_cohorts(summary),
        completeness=definitions.completeness(summary),
        arithmetic=definitions.arithmetic(everybody),
        targets=tuple(
            _progress(name, target, everybody, frame.currency) for name, target in (targets or {}).items()
        ),
        left_out=_left_out(summary),
        no_value=no_value,
        notes=notes,
    )


def _measured(group: Group, everybody: Group) -> GroupMeasures:
    return GroupMeasures(
        known=group.count(Tally.KNOWN),
        buyers=group.count(Tally.BUYERS),
        active=group.count(Tally.ACTIVE),
        new=group.count(Tally.NEW),
        revenue=group.count(Tally.REVENUE),
        share_of_revenue=definitions.share_of_revenue(group, everybody),
        retention=definitions.retention(group),
        churn=definitions.churn(group),
        repeat_rate=definitions.repeat_rate(group),
        reactivation=definitions.reactivation(group),
        frequency=definitions.frequency(group),
        average_order=definitions.average_order(group),
        revenue_per_customer=definitions.revenue_per_customer(group),
        lifetime_revenue=definitions.lifetime_revenue(group),
        expected_value=definitions.expected_value(group),
    )


def _months(summary: MeasuresSummary) -> tuple[MonthMeasures, ...]:
    found = []
    for month in _since_the_first(summary, Table.MONTH):
        counted = {kind: count for (kind,), count in summary.under(Table.MONTH, month)}
        found.append(
            MonthMeasures(
                month=month,
                orders=counted.get("orders", 0),
                buyers=counted.get("buyers", 0),
                new=counted.get("new", 0),
                value=counted.get("value", 0),
                new_value=counted.get("new-value", 0),
                revenue=counted.get("revenue", 0),
            )
        )
    return tuple(found)


def _attrition(summary: MeasuresSummary) -> tuple[MonthAttrition, ...]:
    found = []
    for month in _since_the_first(summary, Table.ATTRITION):
        awake: dict[str, int] = {}
        lost: dict[str, int] = {}
        returned = 0
        for (of_class, kind), count in summary.under(Table.ATTRITION, month):
            if kind == "returned":
                returned += count
            else:
                kept = awake if kind == "awake" else lost
                kept[of_class] = count
        rates = {name: Rate(lost.get(name, 0), count) for name, count in awake.items()}
        everybody = Rate(sum(lost.values()), sum(awake.values()))
        found.append(MonthAttrition(month, {**rates, "all": everybody}, returned))
    return tuple(found)


def _cohorts(summary: MeasuresSummary) -> tuple[Cohort, ...]:
    last = summary.frame.tabled_months[-1]
    found = []
    for month in summary.frame.tabled_months:
        name = month_name(month)
        later = range(last - month + 1)
        customers = tuple(summary.get(Table.COHORT, name, str(offset), "customers") for offset in later)
        if customers[0]:
            value = tuple(summary.get(Table.COHORT, name, str(offset), "value") for offset in later)
            found.append(Cohort(name, customers, value))
    return tuple(found)


def _since_the_first(summary: MeasuresSummary, table: Table) -> list[str]:
    """The tabled months from the first in which something was counted, those without anything between included."""
    counted = {key[0] for key, _ in summary.under(table)}
    names = [month_name(month) for month in summary.frame.tabled_months]
    return names[next((at for at, name in enumerate(names) if name in counted), len(names)) :]


def _progress(name: str, target: float, everybody: Group, currency: str) -> TargetProgress:
    if name not in TARGETABLE or target <= 0:
        message = f"no target of {target} can be set for {name!r}: name one of {', '.join(TARGETABLE)}, and more than 0"
        raise ValueError(message)
    value = MEASURES[name](everybody).value
    if value is not None and name in IN_MONEY:
        value = round(value / 10 ** minor_digits(currency), 4)
    return TargetProgress(name, target, value)


def _left_out(summary: MeasuresSummary) -> tuple[LeftOut, ...]:
    by_currency: dict[str, dict[str, int]] = {}
    for (currency, kind), count in summary.under(Table.LEFT_OUT):
        by_currency.setdefault(currency, {})[kind] = count
    return tuple(
        LeftOut(
            currency,
            orders=counted.get("orders", 0),
            bought=counted.get("orders-amount", 0),
            refunds=counted.get("refunds", 0),
            given_back=counted.get("refunds-amount", 0),
        )
        for currency, counted in by_currency.items()
    )
