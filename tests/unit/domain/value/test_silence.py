"""The silence at which the fitted model doubts a customer (doctrine S1), and the rules that ask for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from escalera.domain.customer import Customer
from escalera.domain.rhythm import Prior, doubtful_silence, quiet_from, unusual_silence
from escalera.domain.standing import StandingRules, notice_silence, settle
from escalera.domain.value.bgnbd import alive
from escalera.domain.value.parameters import Bgnbd, NoFit, NoFitReason, TimeUnit, ValueModel
from escalera.domain.value.silence import quiet_from_model, silence_from_rates
from escalera.domain.vocabulary import CustomerId

DAY = timedelta(days=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
PRIOR = Prior(typical_gap=40 * DAY, worth_gaps=3.0, unusual=0.2, at_least=14 * DAY)
FITTED = Bgnbd(r=0.25, alpha=4.5, a=0.8, b=2.5, log_likelihood=-1000.0)
NO_AMOUNTS = NoFit(NoFitReason.TOO_FEW_REPEAT_BUYERS, "no amounts")
MODEL = ValueModel(TimeUnit.WEEK, 2000, FITTED, NO_AMOUNTS, 30.0)

sizes = some.floats(0.01, 50)
shares = some.floats(0.01, 0.99)
models = some.builds(Bgnbd, r=sizes, alpha=sizes, a=sizes, b=sizes, log_likelihood=some.just(0.0))


def with_share(prior, name, share):
    return replace(prior, alive_below=share) if name == "alive_below" else replace(prior, unusual=share)


def silence_of(model, orders, span, threshold):
    return quiet_from_model(
        model.r, model.alpha, model.a, model.b, orders=orders, span=span, threshold=threshold
    )


@given(models, some.integers(2, 3000), some.floats(0, 1000), shares)
def test_at_that_silence_the_chance_of_being_alive_is_the_threshold(model, orders, span, threshold):
    silence = silence_of(model, orders, span, threshold)
    assume(silence < 1e12)
    then = alive(model, [orders - 1], [span], [span + silence])[0]
    if silence:
        assert then == pytest.approx(threshold, rel=1e-6)
    else:
        assert then <= threshold * (1 + 1e-9)


@given(models, shares)
def test_one_who_bought_once_is_judged_by_the_spread_of_rates(model, threshold):
    silence = silence_of(model, 1, 0.0, threshold)
    assume(silence < 1e12)
    assert (model.alpha / (model.alpha + silence)) ** model.r == pytest.approx(threshold, rel=1e-6)


def test_a_model_that_never_doubts_says_so_without_failing():
    assert quiet_from_model(0.001, 1.0, 1.0, 1.0, orders=1, span=0.0, threshold=0.01) == inf


def test_the_rules_speak_days_and_the_model_its_own_unit():
    silence = doubtful_silence(6, 210 * DAY, PRIOR, MODEL)
    weeks = silence_from_rates(0.25, 4.5, orders=6, span=30.0, unusual=0.2)
    assert silence / DAY == pytest.approx(7 * weeks)
    sure = replace(PRIOR, alive_below=0.8)
    weeks = quiet_from_model(0.25, 4.5, 0.8, 2.5, orders=6, span=30.0, threshold=0.8)
    assert doubtful_silence(6, 210 * DAY, sure, MODEL) / DAY == pytest.approx(7 * weeks)
    daily = replace(MODEL, unit=TimeUnit.DAY, bgnbd=replace(FITTED, alpha=4.5 * 7))
    assert doubtful_silence(6, 210 * DAY, PRIOR, daily) / silence == pytest.approx(1)


def test_the_surer_the_shop_wants_to_be_the_longer_it_waits():
    for name in ("alive_below", "unusual"):
        patient = replace(PRIOR, alive_below=0.01, unusual=0.01)
        silences = [
            doubtful_silence(4, 90 * DAY, with_share(patient, name, share / 100), MODEL)
            for share in range(1, 70)
        ]
        assert silences == sorted(silences, reverse=True)
        assert len(set(silences)) > 60


def test_where_hardly_anybody_leaves_an_unusual_silence_is_noticed_nevertheless():
    faithful = replace(MODEL, bgnbd=replace(FITTED, a=0.001, b=50.0))
    assert doubtful_silence(6, 210 * DAY, PRIOR, faithful) == doubtful_silence(6, 210 * DAY, PRIOR, MODEL)
    patient = replace(PRIOR, unusual=1e-9)
    assert doubtful_silence(6, 210 * DAY, patient, faithful) > 1_000 * DAY


def test_where_many_leave_at_once_a_silence_is_doubtful_before_it_is_unusual():
    fickle = replace(MODEL, bgnbd=replace(FITTED, a=3.0, b=1.0))
    assert doubtful_silence(3, 210 * DAY, PRIOR, fickle) < doubtful_silence(3, 210 * DAY, PRIOR, MODEL) / 2


def test_who_bought_once_is_never_missed_later_than_by_the_shops_own_rhythm():
    by_the_shop = unusual_silence(1, timedelta(0), PRIOR)
    assert doubtful_silence(1, timedelta(0), PRIOR, MODEL) == by_the_shop
    brisk = replace(MODEL, bgnbd=replace(FITTED, r=3.0, alpha=15.0))
    assert PRIOR.at_least < doubtful_silence(1, timedelta(0), PRIOR, brisk) < by_the_shop


def test_the_least_silence_of_the_programme_holds_for_the_model_too():
    fickle = replace(MODEL, bgnbd=replace(FITTED, a=50.0, b=0.1))
    assert doubtful_silence(2, DAY, PRIOR, fickle) == PRIOR.at_least


def test_one_whom_the_model_never_doubts_still_gets_a_date():
    loyal = replace(MODEL, bgnbd=replace(FITTED, r=0.01, alpha=1e7, a=1e-9, b=1e9))
    customer = Customer(CustomerId("ana"), orders=2, first_order_at=START, last_order_at=START + 9 * DAY)
    due = quiet_from(customer, PRIOR, loyal)
    assert due is not None
    assert due.year > 2100


def test_where_a_model_is_fitted_it_judges_the_silence():
    """Later than by the shop's rule of thumb: this base buys in fits and starts."""
    ana = Customer(CustomerId("ana"), orders=6, first_order_at=START, last_order_at=START + 210 * DAY)
    without = StandingRules(PRIOR, frequent_from_orders=3)
    fitted = replace(without, value_model=MODEL)
    soon, later = quiet_from(ana, PRIOR), quiet_from(ana, PRIOR, MODEL)
    assert soon is not None
    assert later is not None
    assert soon + 7 * DAY < later
    between = soon + (later - soon) / 2
    assert notice_silence(ana, without, between).quiet_since == soon
    assert notice_silence(ana, fitted, between).quiet_since is None
    assert notice_silence(ana, fitted, between).quiet_due_at == later
    assert settle(ana, fitted, START + 210 * DAY).quiet_due_at == later
