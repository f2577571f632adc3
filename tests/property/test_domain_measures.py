"""Counted in parts and added, or counted whole: the same measures. And no life of a customer breaks them."""

import json
from dataclasses import fields, replace
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from escalera.domain.history import CustomerHistory
from escalera.domain.measures import MeasuresSummary, from_json, measures, to_json
from escalera.domain.measures.figures import Rate
from escalera.domain.score import CustomerScore
from escalera.domain.vocabulary import AbcClass
from tests.fakes.lives import AS_OF, FRAME, RULES, a_life

DAYS = st.floats(min_value=-30, max_value=1500, allow_nan=False)
AMOUNTS = st.integers(min_value=0, max_value=10**7)
ORDERS = st.lists(st.tuples(DAYS, AMOUNTS, st.sampled_from(["EUR", "GBP", "JPY"])), max_size=6)
REFUNDS = st.dictionaries(st.integers(0, 7), st.tuples(DAYS, AMOUNTS), max_size=4)
PROFILES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "abc_class": st.sampled_from([None, *AbcClass]),
        "registered_at": st.sampled_from([None, AS_OF]),
        "score": st.none()
        | st.integers(-5, 10**6).map(lambda value: CustomerScore(AS_OF, expected_value=value)),
    }
)


@st.composite
def lives(draw: st.DrawFn) -> list[CustomerHistory]:
    return [
        a_life(
            f"c-{number}",
            *draw(ORDERS),
            refunds=draw(REFUNDS),
            member=draw(st.booleans()),
            **draw(PROFILES),
        )
        for number in range(draw(st.integers(0, 6)))
    ]


@given(lives(), st.lists(st.integers(0, 2), min_size=6, max_size=6))
def test_summary_of_the_whole_is_the_sum_of_its_parts_in_any_order(base, parts):
    whole = MeasuresSummary.over(base, RULES)
    of_part = [
        MeasuresSummary.over([one for one, own in zip(base, parts, strict=False) if own == part], RULES)
        for part in range(3)
    ]
    one, two, three = of_part
    assert (one + two) + three == one + (two + three) == (three + one) + two == whole
    assert sum((MeasuresSummary.of(life, RULES) for life in base), MeasuresSummary(FRAME)) == whole


@given(lives())
def test_summary_and_measures_survive_their_writing(base):
    summary = MeasuresSummary.over(base, RULES)
    assert MeasuresSummary.from_json(json.loads(json.dumps(summary.to_json()))) == summary
    found = measures(summary, {"retention": 0.8, "average_order": 25})
    assert from_json(json.loads(json.dumps(to_json(found)))) == found


@given(lives())
def test_shares_of_customers_lie_between_none_and_all_and_parts_add_up(base):
    found = measures(MeasuresSummary.over(base, RULES))
    for _, group in found.groups:
        for field in fields(group):
            rate = getattr(group, field.name)
            if isinstance(rate, Rate) and field.name != "share_of_revenue":
                assert 0 <= rate.part <= rate.whole
        assert group.retention.part + group.churn.part == group.retention.whole
    assert found.everybody.known == found.members.known + found.others.known == len(base)
    assert sum(one.revenue for one in found.classes.values()) == found.everybody.revenue
    assert sum(found.ladder.values()) == sum(flow.customers for flow in found.flow) == len(base)
    for month in found.attrition:
        assert all(0 <= rate.part <= rate.whole for rate in month.lost.values())
    for cohort in found.cohorts:
        assert cohort.customers[0] == max(cohort.customers)
    assert 0 <= found.bring_most.part <= found.bring_most.whole
    assert sum(month.new for month in found.months) == sum(cohort.customers[0] for cohort in found.cohorts)


@given(lives())
def test_facts_told_in_any_order_are_measured_alike(base):
    turned = [
        CustomerHistory.of(life.customer, [*reversed(life.refunds), *reversed(life.orders)]) for life in base
    ]
    assert MeasuresSummary.over(turned, RULES) == MeasuresSummary.over(base, RULES)


@given(lives())
@example([a_life("c-0", (-1.0, 0, "EUR"))])  # known by nothing but an order that is still to come
def test_what_is_measured_at_an_instant_knows_nothing_of_later(base):
    """Orders and refunds after `as_of` change no sum; only what the profile says is of now."""
    early = replace(RULES, frame=replace(FRAME, as_of=AS_OF))
    cut = [
        replace(
            life,
            orders=tuple(one for one in life.orders if one.placed_at <= AS_OF),
            refunds=tuple(one for one in life.refunds if one.refunded_at <= AS_OF),
        )
        for life in base
        if all(one.refunded_at <= AS_OF for one in life.refunds)
    ]
    whole = [life for life in base if all(one.refunded_at <= AS_OF for one in life.refunds)]
    assert measures(MeasuresSummary.over(cut, early)) == measures(MeasuresSummary.over(whole, early))
