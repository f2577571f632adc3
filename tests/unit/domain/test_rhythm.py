"""The unusual silence (doctrine S1): the formula against the model it claims to solve."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import exp, gamma

import pytest

from escalera.domain.customer import Customer
from escalera.domain.rhythm import Prior, quiet_from, unusual_silence
from escalera.domain.vocabulary import CustomerId

DAY = timedelta(days=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
PRIOR = Prior(typical_gap=60 * DAY, worth_gaps=2.0, unusual=0.05)
SEEN = [(1, 0), (2, 10), (2, 300), (5, 120), (12, 400), (40, 365)]


def in_days(silence: timedelta) -> float:
    return silence / DAY


@pytest.mark.parametrize(("orders", "span"), SEEN)
def test_a_silence_so_long_has_the_chance_the_shop_calls_unusual_by_integration(orders, span):
    """P(gap > s) = integral of exp(-rate * s) over the posterior Gamma(r + k, r*g + T) of the rate."""
    silence = in_days(unusual_silence(orders, span * DAY, PRIOR))
    shape, scale = 2.0 + orders - 1, 2.0 * 60 + span
    step = 40 / scale / 20000
    rates = [(number + 0.5) * step for number in range(20000 * (1 + orders // 10))]
    density = [scale**shape * rate ** (shape - 1) * exp(-scale * rate) / gamma(shape) for rate in rates]
    assert sum(density) * step == pytest.approx(1, abs=1e-4)
    longer = sum(share * exp(-rate * silence) for share, rate in zip(density, rates, strict=True)) * step
    assert longer == pytest.approx(PRIOR.unusual, rel=1e-3)


@pytest.mark.parametrize(("orders", "span"), [(1, 0), (5, 120)])
def test_among_customers_drawn_from_the_model_just_so_many_stay_silent_longer(orders, span):
    draw = random.Random(20261122)
    silence = in_days(unusual_silence(orders, span * DAY, PRIOR))
    shape, scale = 2.0 + orders - 1, 2.0 * 60 + span
    gaps = [draw.expovariate(draw.gammavariate(shape, 1 / scale)) for _ in range(40_000)]
    assert sum(gap > silence for gap in gaps) / len(gaps) == pytest.approx(PRIOR.unusual, abs=0.005)


def test_one_who_bought_once_is_judged_by_the_shop_alone():
    assert in_days(unusual_silence(1, timedelta(0), PRIOR)) == pytest.approx(120 * (20**0.5 - 1))


def test_many_purchases_outweigh_the_shop():
    """With k gaps of d days each the silence nears the exponential's: -d * ln(unusual)."""
    assert in_days(unusual_silence(2001, 2000 * 7 * DAY, PRIOR)) == pytest.approx(7 * 2.9957, rel=0.01)


def test_the_more_often_one_buys_the_sooner_a_silence_is_unusual():
    silences = [unusual_silence(orders, 365 * DAY, PRIOR) for orders in range(2, 60)]
    assert silences == sorted(silences, reverse=True)
    assert len(set(silences)) == len(silences)


def test_the_slower_one_buys_the_later_a_silence_is_unusual():
    silences = [unusual_silence(4, span * DAY, PRIOR) for span in range(0, 700, 10)]
    assert silences == sorted(silences)
    assert len(set(silences)) == len(silences)


def test_a_shop_that_calls_less_unusual_waits_longer():
    silences = [unusual_silence(3, 90 * DAY, replace(PRIOR, unusual=share / 100)) for share in range(1, 100)]
    assert silences == sorted(silences, reverse=True)


def test_no_silence_is_unusual_before_the_least_the_shop_names():
    daily = replace(PRIOR, at_least=21 * DAY)
    assert unusual_silence(200, 199 * DAY, PRIOR) < 21 * DAY
    assert unusual_silence(200, 199 * DAY, daily) == 21 * DAY
    assert unusual_silence(1, timedelta(0), daily) == unusual_silence(1, timedelta(0), PRIOR)


def test_the_silence_counts_from_the_last_purchase_in_whole_seconds():
    bought = Customer(CustomerId("ana"), orders=3, first_order_at=START, last_order_at=START + 50 * DAY)
    due = quiet_from(bought, PRIOR)
    assert due is not None
    exact = START + 50 * DAY + unusual_silence(3, 50 * DAY, PRIOR)
    assert due.microsecond == 0
    assert timedelta(0) <= exact - due < timedelta(seconds=1)


def test_one_who_never_bought_has_no_rhythm():
    assert quiet_from(Customer(CustomerId("ana"), registered_at=START), PRIOR) is None
