"""Plausible scores, each with every field that matters to a test as an argument."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from escalera.domain.exchange import Exchange
from escalera.domain.score import ClassCuts, CustomerScore, GroupMembership, Rfm, RfmCuts, ShopScore
from escalera.domain.vocabulary import GroupName
from tests.fakes.facts import NOON

EURO = Exchange("EUR", {"GBP": Decimal("1.15")})
YEAR = timedelta(days=365)


def a_shop_score(**fields: Any) -> ShopScore:
    given: dict[str, Any] = {
        "as_of": NOON,
        "exchange": EURO,
        "customers": 7,
        "class_cuts": ClassCuts(YEAR, a=50_000, b=20_000),
        "rfm_cuts": RfmCuts((10, 30, 60, 200), (1, 1, 2, 4), (1000, 2000, 9000, 40_000)),
        "group_cuts": {"most-valuable": 70_000},
        "value_model": {
            "unit": "week",
            "customers": 2357,
            "bgnbd": {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426, "log_likelihood": -9582.4},
            "gamma_gamma": {"p": 6.25, "q": 3.74, "v": 15.4, "log_likelihood": -4000.0},
            "mean_spend": 35.0,
        },
        "notes": ("3 orders in USD are not counted: programme.yaml has no rate for it",),
    }
    return ShopScore(**(given | fields))


def a_customer_score(**fields: Any) -> CustomerScore:
    given: dict[str, Any] = {
        "as_of": NOON,
        "revenue": 61_000,
        "before_window": 4000,
        "rfm": Rfm(5, 4, 5),
        "alive": 0.9312,
        "expected_purchases": 3.25,
        "expected_value": 44_100,
        "next_purchase_at": NOON + timedelta(days=40),
        "groups": (GroupMembership(GroupName("most-valuable"), NOON, "among the top 10 %", "610.00 EUR"),),
    }
    return CustomerScore(**(given | fields))
