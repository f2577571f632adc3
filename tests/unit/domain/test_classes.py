"""Between nights a purchase or refund classes its customer at once, against last night's cut points."""

from dataclasses import replace
from typing import Any

import pytest

from escalera.domain.classes import heard_late, reclassed
from escalera.domain.customer import ClassSpell, Customer, Spending
from escalera.domain.money import Money
from escalera.domain.score import ClassCuts, CustomerScore
from escalera.domain.vocabulary import AbcClass, CustomerId
from tests.fakes.facts import ANA, NOON
from tests.fakes.lives import DAY
from tests.fakes.scores import YEAR, a_shop_score

SHOP = a_shop_score(class_cuts=ClassCuts(YEAR, a=50_000, b=20_000))
LATER = NOON + DAY / 2


def a_buyer(bought: int, refunded: int = 0, *, before: int | None = 0, **fields: Any) -> Customer:
    score = None if before is None else CustomerScore(NOON, before_window=before)
    given: dict[str, Any] = {
        "orders": 1,
        "first_order_at": NOON - 9 * DAY,
        "spending": {"EUR": Spending(bought, refunded)},
    }
    return replace(Customer(ANA), score=score, **(given | fields))


def test_purchase_over_the_line_changes_the_class_at_once_and_is_remembered():
    ana = a_buyer(50_000, abc_class=AbcClass.B, class_history=(ClassSpell(AbcClass.B, NOON),))
    after = reclassed(ana, SHOP, LATER)
    assert after.abc_class is AbcClass.A
    assert after.class_history == (ClassSpell(AbcClass.B, NOON), ClassSpell(AbcClass.A, LATER))


def test_within_the_lines_nothing_changes():
    ana = a_buyer(49_999, abc_class=AbcClass.B)
    assert reclassed(ana, SHOP, LATER) is ana


def test_refund_takes_the_class_with_it():
    assert reclassed(a_buyer(60_000, 40_001), SHOP, LATER).abc_class is AbcClass.C
    assert reclassed(a_buyer(60_000, 90_000), SHOP, LATER).abc_class is AbcClass.C


def test_what_was_spent_before_the_window_does_not_count():
    assert reclassed(a_buyer(90_000, before=60_000), SHOP, LATER).abc_class is AbcClass.B


def test_other_currencies_count_at_the_nights_rate_and_without_one_not_at_all():
    spending = {"GBP": Spending(43_479), "USD": Spending(999_999)}
    assert reclassed(a_buyer(0, spending=spending), SHOP, LATER).abc_class is AbcClass.A
    spending = {"GBP": Spending(43_477), "USD": Spending(999_999)}
    assert reclassed(a_buyer(0, spending=spending), SHOP, LATER).abc_class is AbcClass.B


def test_newcomer_whom_no_night_has_seen_is_classed_by_all_they_spent():
    assert reclassed(a_buyer(20_000, before=None), SHOP, LATER).abc_class is AbcClass.B


def test_one_whom_no_night_has_seen_with_a_long_past_waits_for_the_night():
    old = a_buyer(90_000, before=None, first_order_at=NOON - YEAR)
    assert reclassed(old, SHOP, LATER) is old
    assert reclassed(replace(old, first_order_at=NOON - YEAR + DAY), SHOP, LATER).abc_class is AbcClass.A


@pytest.mark.parametrize(
    ("customer", "shop"), [(a_buyer(90_000), None), (Customer(CustomerId("prospect")), SHOP)]
)
def test_nobody_is_classed_before_the_first_night_or_the_first_purchase(customer, shop):
    assert reclassed(customer, shop, LATER) is customer


def test_purchase_heard_of_years_late_does_not_count():
    ana = a_buyer(60_000, before=100)
    told = heard_late(ana, Money(50_000, "EUR"), NOON - YEAR, SHOP)
    assert reclassed(told, SHOP, LATER).abc_class is AbcClass.C
    back = heard_late(told, Money(-50_000, "EUR"), NOON - YEAR, SHOP)
    assert back.score == ana.score
    assert heard_late(ana, Money(1, "EUR"), NOON - YEAR + DAY, SHOP) is ana
    assert heard_late(ana, Money(1, "USD"), NOON - YEAR, SHOP) == ana
