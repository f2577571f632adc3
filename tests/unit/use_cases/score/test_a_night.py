"""What a night finds and writes, and what it leaves alone."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from escalera.domain.classes import ClassRules
from escalera.domain.criteria import criterion_of
from escalera.domain.customer import Customer
from escalera.domain.groups import GroupDefinition
from escalera.domain.history import CustomerHistory
from escalera.domain.money import Money
from escalera.domain.scoring import ScoringRules
from escalera.domain.vocabulary import AbcClass, CustomerId, GroupName
from escalera.ports.customers import Change, SaveOutcome
from escalera.use_cases.score.rules import NightRules
from tests.fakes.failing import Failing
from tests.fakes.lives import AS_OF, DAY, RULES, STANDING, a_life
from tests.fakes.night import Nights

SCORING = ScoringRules(
    RULES.exchange,
    ClassRules(365 * DAY),
    (
        GroupDefinition(
            GroupName("most-valuable"), (criterion_of("top_revenue", {"share": 0.2, "within": 365 * 86_400}),)
        ),
    ),
)
NIGHT_RULES = NightRules(SCORING, STANDING, "Europe/Madrid", {"retention": 0.6})


def keep(nights: Nights, *lives) -> None:
    """Put customers with all that happened into the store, as recorded."""
    for life in lives:
        after = replace(life.customer, version=1)
        nights.store.store.put_customer(after)
        for fact in (*life.orders, *life.refunds):
            nights.store.store.put_fact(fact)


def a_shop(customers: int = 60) -> list[CustomerHistory]:
    """Customers as unlike each other as a value model needs them."""
    draw = Random(3)
    lives = []
    for number in range(customers):
        every, leaves, mean = (
            draw.gammavariate(1, 1 / 40),
            draw.betavariate(0.8, 2),
            draw.gammavariate(4, 1500),
        )
        day, orders = draw.randint(90, 360), []
        while day > 0:
            orders.append((day, max(100, int(draw.gammavariate(5, mean / 5)))))
            if len(orders) > 1 and draw.random() < leaves:
                break
            day -= max(1, round(draw.expovariate(every)))
        lives.append(a_life(f"c-{number:03d}", *orders))
    return lives


@pytest.fixture
def nights() -> Nights:
    return Nights(NIGHT_RULES)


def of(nights: Nights, who: str) -> Customer:
    return nights.store.store.customers[CustomerId(who)]


def versions(nights: Nights) -> Mapping[str, int]:
    return {one.id: one.version for one in nights.store.store.customers.values()}


def test_everybody_gets_class_group_and_value(nights):
    keep(nights, *a_shop())
    told = nights.run(AS_OF)
    assert told["scored"] == told["written"] == told["known"] == 60
    assert told["value_model"]["customers"] == 60
    for customer in nights.store.store.customers.values():
        assert customer.abc_class is not None
        assert customer.score is not None
        assert customer.score.rfm is not None
        assert 0 <= customer.score.alive <= 1
        assert customer.score.expected_value >= 0
    assert told["classes"]["A"] < told["classes"]["A"] + told["classes"]["B"] + told["classes"]["C"] == 60
    assert 0 < told["groups"]["most-valuable"] <= 12


@pytest.mark.parametrize("buckets", [1, 2, 7, 61])
def test_in_how_many_parts_changes_nothing(nights, buckets):
    shop = a_shop()
    keep(nights, *shop)
    whole = Nights(NIGHT_RULES)
    keep(whole, *shop)
    assert nights.run(AS_OF, buckets=buckets) == whole.run(AS_OF, buckets=3)
    assert nights.store.store.customers == whole.store.store.customers
    assert nights.daily.latest() == whole.daily.latest()


def test_run_again_at_once_writes_nothing_and_keeps_the_days_measures(nights):
    keep(nights, *a_shop())
    nights.run(AS_OF)
    before, measured = versions(nights), nights.daily.latest()
    again = nights.run(AS_OF + timedelta(minutes=5))
    assert (again["changed"], again["written"], again["measures_kept"]) == (0, 0, False)
    assert versions(nights) == before
    assert nights.daily.latest() == measured


def test_a_day_later_only_some_are_written_though_everybody_drifted(nights):
    keep(nights, *a_shop())
    nights.run(AS_OF)
    later = nights.run(AS_OF + DAY)
    assert later["known"] > 0
    assert later["written"] < later["known"] / 4
    assert later["measures_kept"] is True


def test_part_scored_twice_writes_once(nights):
    keep(nights, *a_shop())
    night = nights.settle(AS_OF)
    nights.score(night)
    before = versions(nights)
    nights.score(night)
    assert versions(nights) == before
    assert nights.record(night)["written"] == 0, "it tells of its last attempt"


def test_purchase_meanwhile_is_kept_and_judged_with(nights):
    """A customer whose version moved since the export is read anew: nothing of the purchase is lost."""
    keep(nights, *a_shop(), a_life("late", (100, 3_000)))
    night = nights.settle(AS_OF)
    newer = a_life("late", (100, 3_000), (0, 900_000))
    stored = of(nights, "late")
    nights.store.save([Change(stored, replace(newer.customer, version=1))])
    for order in newer.orders:
        nights.store.store.put_fact(order)

    nights.score(night)

    late = of(nights, "late")
    assert late.orders == 2
    assert late.abc_class is AbcClass.A, "by the order that the export did not hold"
    assert late.version == 3
    assert nights.record(night)["left"] == 0


def test_erased_meanwhile_is_never_written_back(nights):
    keep(nights, *a_shop(), a_life("gone", (10, 3_000)))
    night = nights.settle(AS_OF)
    nights.store.save([Change(of(nights, "gone"), Customer(CustomerId("gone"), erased_at=AS_OF))])
    erased = of(nights, "gone")
    nights.score(night)
    assert of(nights, "gone") == erased


def test_deleted_meanwhile_does_not_come_back(nights):
    keep(nights, *a_shop(), a_life("gone", (10, 3_000)))
    night = nights.settle(AS_OF)
    del nights.store.store.customers[CustomerId("gone")]
    nights.score(night)
    assert CustomerId("gone") not in nights.store.store.customers


def test_whom_others_keep_writing_is_left_to_the_next_night_and_counted(nights):
    keep(nights, *a_shop(), a_life("busy", (10, 900_000)))
    night = nights.settle(AS_OF)

    def somebody_else(method: str) -> None:
        if method == "save":
            busy = of(nights, "busy")
            saved = nights.store.save([Change(busy, replace(busy, wished_cap=busy.version))])
            assert saved[0].outcome is SaveOutcome.SAVED

    nights.score(night, Failing(nights.store, between=somebody_else))
    told = nights.record(night)
    assert told["left"] == 1
    assert told["written"] == told["changed"] - 1
    assert of(nights, "busy").score is None
    assert of(nights, "busy").wished_cap is not None


@pytest.mark.parametrize("lives", [[], [("one", (3, 4_000))]], ids=["nobody", "one customer"])
def test_small_base_has_no_value_model_and_says_why(nights, lives):
    keep(nights, *(a_life(*life) for life in lives))
    told = nights.run(AS_OF)
    assert told["value_model"] is None
    assert told["no_value_because"].endswith("30 are needed")
    assert told["customers"] == told["scored"] == len(lives)
    assert json.loads(json.dumps(told)) == told


def test_money_without_a_rate_is_said_aloud_and_the_purchase_still_counts_as_one(nights):
    keep(nights, *a_shop(), a_life("yen", (50, 100_000, "JPY"), (10, 100_000, "JPY")))
    told = nights.run(AS_OF)
    assert any("JPY" in note for note in told["notes"])
    score = of(nights, "yen").score
    assert score is not None
    assert score.revenue == 0
    assert score.alive is not None, "that they bought is known"
    assert Money(100_000, "JPY") in [order.total for order in nights.store.store.facts.values()]


def test_order_given_back_in_full_is_no_purchase_to_the_value_model():
    def seen(**refunds) -> tuple[int, float]:
        life = a_life("ana", (200, 5_000), (100, 5_000), **refunds)
        found = NIGHT_RULES.buying_of(life, AS_OF)
        assert found is not None
        return found.frequency, found.mean_spend

    assert seen() == (1, 5_000)
    assert seen(refunds={1: (90, 5_000)}) == (0, 0)
    assert seen(refunds={1: (90, 2_000)}) == (1, 3_000)
