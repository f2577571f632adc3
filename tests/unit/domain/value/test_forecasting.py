"""Forecasts: what customers drawn from a model then did, and the sums they are made of."""

from dataclasses import replace

import numpy as np
import pytest

from bench.buyers import Truth, draw
from escalera.domain.value.forecasting import forecast
from escalera.domain.value.parameters import (
    Bgnbd,
    GammaGamma,
    NoFit,
    NoFitReason,
    TimeUnit,
    ValueModel,
)

TRUTH = Truth()
MODEL = ValueModel(
    TimeUnit.DAY,
    80_000,
    Bgnbd(TRUTH.r, TRUTH.alpha, TRUTH.a, TRUTH.b, 0.0),
    GammaGamma(TRUTH.p, TRUTH.q, TRUTH.v, 0.0),
    30.0,
)


@pytest.fixture(scope="module")
def buyers():
    return draw(80_000, later=180, truth=TRUTH, seed=11)


def coming(buyers, model=MODEL, horizon=180.0, discount_rate=0.0):
    return forecast(
        model,
        frequency=buyers.frequency,
        recency=buyers.recency,
        age=buyers.age,
        mean_spend=buyers.mean_spend,
        horizon=horizon,
        discount_rate=discount_rate,
    )


def test_as_many_purchases_come_as_were_expected(buyers):
    """In all, and of those alike: whoever bought often and lately, and whoever did not."""
    expected = coming(buyers).expected_purchases
    assert expected.sum() == pytest.approx(buyers.bought_later.sum(), rel=0.03)
    for low, high in ((0, 0.2), (0.2, 1), (1, 3), (3, 10)):
        alike = (expected >= low) & (expected < high)
        assert expected[alike].mean() == pytest.approx(buyers.bought_later[alike].mean(), rel=0.06, abs=0.012)


def test_as_many_are_still_there_as_were_expected(buyers):
    """Of those who bought again. (In the model nobody leaves before.)"""
    again = buyers.frequency > 0
    still = coming(buyers).alive
    for low, high in ((0, 0.3), (0.3, 0.7), (0.7, 1)):
        alike = again & (still >= low) & (still < high)
        assert still[alike].mean() == pytest.approx(buyers.still_there[alike].mean(), abs=0.02)


def test_half_of_those_who_are_due_have_bought_by_then(buyers):
    wait = coming(buyers).next_purchase
    due = wait < 180
    assert due.sum() > 1_000
    # Nearly: `bought_later` counts 180 days, the wait is each one's own, so look at those due about then.
    about = (wait > 160) & (wait < 200)
    assert (buyers.bought_later[about] > 0).mean() == pytest.approx(0.5, abs=0.04)


def test_value_without_interest_is_purchases_times_spend(buyers):
    found = coming(buyers)
    assert found.expected_value == pytest.approx(found.expected_purchases * found.expected_spend)


@pytest.mark.parametrize("rate", [0.1, 3.0])
def test_discounted_value_is_the_sum_of_what_each_day_brings(buyers, rate):
    few = replace_all(buyers, slice(0, 200))
    found = coming(few, horizon=365.0, discount_rate=rate)
    by_day = np.array([coming(few, horizon=float(day)).expected_purchases for day in range(366)])
    middle = (np.arange(365) + 0.5) / 365.25
    expected = (np.diff(by_day, axis=0) * ((1 + rate) ** -middle)[:, None]).sum(axis=0) * found.expected_spend
    assert found.expected_value == pytest.approx(expected, rel=1e-4)
    assert (found.expected_value < found.expected_purchases * found.expected_spend).all()


def replace_all(buyers, chosen):
    return type(buyers)(*(getattr(buyers, name)[chosen] for name in buyers.__slots__))


def test_the_models_unit_is_its_own_affair(buyers):
    weekly = replace(MODEL, unit=TimeUnit.WEEK, bgnbd=replace(MODEL.bgnbd, alpha=TRUTH.alpha / 7))
    daily, other = coming(buyers, discount_rate=0.1), coming(buyers, weekly, discount_rate=0.1)
    for name in ("alive", "expected_purchases", "expected_value", "next_purchase"):
        assert getattr(other, name) == pytest.approx(getattr(daily, name), rel=1e-6), name


def test_without_a_spend_model_each_is_expected_to_spend_their_own_mean():
    without = replace(MODEL, gamma_gamma=NoFit(NoFitReason.DEGENERATE, "all alike"), mean_spend=25.0)
    found = forecast(
        without,
        frequency=[0, 2, 3],
        recency=[0, 9, 9],
        age=[10, 10, 10],
        mean_spend=[0.0, 80.0, -1.0],
        horizon=30,
    )
    assert found.expected_spend.tolist() == [25.0, 80.0, 25.0]


def test_nothing_is_expected_within_no_time():
    found = forecast(
        MODEL, frequency=[0, 5], recency=[0, 9], age=[0, 10], mean_spend=[0, 9], horizon=0, discount_rate=0.1
    )
    assert found.expected_purchases.tolist() == found.expected_value.tolist() == [0, 0]


def test_nobody_to_forecast_is_no_trouble():
    found = forecast(MODEL, frequency=[], recency=[], age=[], mean_spend=[], horizon=30, discount_rate=0.1)
    assert len(found.alive) == len(found.expected_value) == 0
