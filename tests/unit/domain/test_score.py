"""Scores go to JSON and back; cut points decide by one comparison."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from escalera.domain.exchange import Exchange
from escalera.domain.money import Money
from escalera.domain.score import ClassCuts, CustomerScore, RfmCuts, ShopScore
from escalera.domain.vocabulary import AbcClass
from tests.fakes.facts import NOON
from tests.fakes.scores import EURO, YEAR, a_customer_score, a_shop_score


def through_json(value):
    return type(value).from_json(json.loads(json.dumps(value.to_json())))


@pytest.mark.parametrize(
    "score",
    [
        a_shop_score(),
        a_shop_score(value_model=None, no_value_because="too few"),
        a_customer_score(),
        CustomerScore(NOON),
    ],
)
def test_score_comes_back_from_json_as_it_was(score):
    assert through_json(score) == score


def test_score_of_another_release_is_refused_with_what_to_do():
    with pytest.raises(ValueError, match=r"version 2, this code reads 1: score again"):
        ShopScore.from_json({**a_shop_score().to_json(), "version": 2})


@pytest.mark.parametrize(
    ("revenue", "expected"),
    [(50_000, "A"), (49_999, "B"), (20_000, "B"), (19_999, "C"), (0, "C"), (-1, "C")],
)
def test_class_is_one_comparison_with_the_cuts(revenue, expected):
    assert ClassCuts(YEAR, a=50_000, b=20_000).class_of(revenue) is AbcClass(expected)


def test_where_nobody_brought_anything_everybody_is_c():
    assert ClassCuts(YEAR).class_of(1_000_000) is AbcClass.C


def test_fifths_take_in_their_own_cut_and_equal_values_stay_together():
    cuts = RfmCuts((10, 30, 60, 200), (1, 1, 2, 4), (1000, 2000, 9000, 40_000))
    assert cuts.rfm_of(10, 1, 1000).cell == "511"
    assert cuts.rfm_of(11, 2, 1001).cell == "432"
    assert cuts.rfm_of(201, 5, 40_001).cell == "155"
    assert cuts.rfm_of(0, 0, -500).cell == "511"


@pytest.mark.parametrize(
    ("money", "expected"),
    [
        (Money(100, "EUR"), 100),
        (Money(100, "GBP"), 115),
        (Money(10, "GBP"), 12),  # 11.5, half to the even one
        (Money(30, "GBP"), 34),  # 34.5
        (Money(-100, "GBP"), -115),
        (Money(100, "USD"), None),
    ],
)
def test_money_is_exchanged_at_the_rate_or_not_at_all(money, expected):
    assert EURO.convert(money) == expected


def test_currencies_without_hundredths_are_exchanged_by_unit():
    assert Exchange("EUR", {"JPY": Decimal("0.006")}).convert(Money(1000, "JPY")) == 600
    assert Exchange("JPY", {"EUR": Decimal("160.5")}).convert(Money(200, "EUR")) == 321


def test_sum_leaves_out_what_has_no_rate_and_rounds_once_a_currency():
    amounts = [Money(10, "GBP"), Money(10, "GBP"), Money(5, "EUR"), Money(999, "USD")]
    assert EURO.sum_of(amounts) == 23 + 5


def test_rates_are_those_of_the_night():
    assert through_json(replace(a_shop_score(), exchange=EURO)).exchange.rates == {"GBP": Decimal("1.15")}
