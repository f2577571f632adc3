"""The demo's whole history, recorded by the house itself: a base of real orders to measure."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from demo.events import events_of, read_tables
from escalera.contracts.registry import SHOP_EVENTS
from escalera.domain.exchange import Exchange
from escalera.domain.history import CustomerHistory
from escalera.domain.measures import Frame, MeasureRules, Measures, MeasuresSummary, measures
from escalera.domain.score import CustomerScore
from escalera.domain.vocabulary import AbcClass, CustomerId
from tests.fakes.house import House

END = datetime(2010, 12, 1, tzinfo=UTC)
TARGETS = {"retention": 0.6, "repeat_rate": 0.6, "frequency": 4, "average_order": 300.0}


@cache
def demo_base(until: datetime = END) -> tuple[MeasureRules, tuple[CustomerHistory, ...]]:
    """Every customer of the demo with all that happened until then, in classes by what they brought."""
    house = House()
    house.clock.at = until
    by_kind = defaultdict(list)
    for event in events_of(read_tables()):
        told = SHOP_EVENTS[event["detail-type"]].model_validate(event["detail"])
        if told.occurred_at <= until:
            by_kind[event["detail-type"]].append(told)
    for told_of_kind in by_kind.values():
        house.record(told_of_kind)
    house.sweep()
    known = sorted({CustomerId(one.customer_id) for all_ in by_kind.values() for one in all_})
    lives = [CustomerHistory.of(house.store.load([who])[who], house.store.facts_of(who)) for who in known]
    frame = Frame(until, "GBP", "Europe/London")
    rules = MeasureRules(frame, house.programme.policy.standing_rules(), Exchange("GBP"))
    return rules, tuple(_in_classes(lives, until))


def demo_days(days: int, *, every: int = 1) -> list[Measures]:
    """The measures of the last days, oldest first."""
    found = []
    for ago in range((days - 1) * every, -1, -every):
        rules, base = demo_base(END - timedelta(days=ago))
        found.append(measures(MeasuresSummary.over(base, rules), TARGETS))
    return found


def _in_classes(lives: list[CustomerHistory], until: datetime) -> Iterator[CustomerHistory]:
    """By 80, 15 and 5 % of revenue; a year's expected value is the past one's, for want of a fit."""
    brought = {
        life.customer.id: sum(one.bought - one.refunded for one in life.customer.spending.values())
        for life in lives
    }
    whole, so_far = sum(brought.values()), 0
    for life in sorted(lives, key=lambda one: -brought[one.customer.id]):
        of_class = AbcClass.A if so_far < 0.8 * whole else AbcClass.B if so_far < 0.95 * whole else AbcClass.C
        so_far += brought[life.customer.id]
        score = CustomerScore(until, expected_value=brought[life.customer.id] // 2)
        bought = life.customer.kept_orders > 0
        yield replace(
            life, customer=replace(life.customer, abc_class=of_class if bought else None, score=score)
        )
