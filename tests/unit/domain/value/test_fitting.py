"""What is fitted is what customers were drawn from; and where nothing can be told, nothing is."""

from dataclasses import asdict

import numpy as np
import pytest

from bench.buyers import Truth, draw
from escalera.domain.value.counts import PurchaseCounts, SpendCounts
from escalera.domain.value.fitting import fit, fit_gamma_gamma
from escalera.domain.value.forecasting import forecast
from escalera.domain.value.parameters import GammaGamma, NoFit, NoFitReason, TimeUnit, ValueModel

TRUTH = Truth()


def counted(buyers, chosen=slice(None)):
    x, mean = buyers.frequency[chosen], buyers.mean_spend[chosen]
    return PurchaseCounts.of(x, buyers.recency[chosen], buyers.age[chosen]), SpendCounts.of(x, mean)


def fitted(buyers, unit):
    purchases, spending = counted(buyers)
    return fit(purchases, spending, unit)


@pytest.fixture(scope="module")
def base():
    return draw(60_000, truth=TRUTH, seed=20261123)


@pytest.fixture(scope="module")
def model(base):
    return fitted(base, TimeUnit.DAY)


def test_the_parameters_customers_were_drawn_from_are_found_again(model):
    found = asdict(model.bgnbd) | asdict(model.gamma_gamma)
    for name, true in asdict(TRUTH).items():
        assert found[name] == pytest.approx(true, rel=0.08), name
    assert model.customers == 60_000


@pytest.mark.parametrize(
    "truth",
    [
        Truth(r=0.25, alpha=30.0, a=0.8, b=2.5),  # most buy once
        Truth(r=3.0, alpha=90.0, a=0.3, b=6.0),  # steady, and few leave
        Truth(r=0.8, alpha=20.0, a=2.0, b=1.5),  # most leave at once
    ],
)
def test_shops_of_all_kinds_are_found_again(truth):
    found = fitted(draw(60_000, truth=truth, seed=7), TimeUnit.DAY)
    assert isinstance(found, ValueModel)
    assert found.bgnbd.r / found.bgnbd.alpha == pytest.approx(truth.r / truth.alpha, rel=0.1)
    assert found.bgnbd.r == pytest.approx(truth.r, rel=0.1)
    assert found.bgnbd.a / (found.bgnbd.a + found.bgnbd.b) == pytest.approx(
        truth.a / (truth.a + truth.b), rel=0.1
    )


def test_parts_that_are_added_give_the_same_model_to_the_last_bit(base, model):
    parts = [counted(base, slice(start, start + 7_001)) for start in range(0, len(base), 7_001)]
    purchases = PurchaseCounts.combined(one for one, _ in reversed(parts))
    spending = SpendCounts.combined(one for _, one in reversed(parts))
    assert fit(purchases, spending, TimeUnit.DAY) == model


def test_the_time_unit_changes_alpha_alone(base, model):
    weekly = fitted(base, TimeUnit.WEEK)
    assert isinstance(weekly, ValueModel)
    ratios = {
        name: getattr(weekly.bgnbd, name) / getattr(model.bgnbd, name) for name in ("r", "alpha", "a", "b")
    }
    assert ratios == pytest.approx({"r": 1, "alpha": 1 / 7, "a": 1, "b": 1}, rel=1e-3)


def test_no_other_parameters_nearby_are_likelier(base, model):
    from escalera.domain.value.bgnbd import BgnbdLikelihood

    likelihood = BgnbdLikelihood(counted(base)[0], days=1)
    best = np.log([model.bgnbd.r, model.bgnbd.alpha, model.bgnbd.a, model.bgnbd.b])
    assert likelihood(best)[0] == pytest.approx(model.bgnbd.log_likelihood)
    dice = np.random.default_rng(3)
    for step in dice.normal(0, 0.05, (50, 4)):
        assert likelihood(best + step)[0] < model.bgnbd.log_likelihood


def bought(*histories):
    """A base of (how many customers, x, t_x, T)."""
    rows = [one for number, *one in histories for _ in range(number)]
    x, t_x, T = zip(*rows, strict=True) if rows else ((), (), ())  # noqa: N806
    return fit(PurchaseCounts.of(x, t_x, T), SpendCounts.of(x, [20.0] * len(x)), TimeUnit.DAY)


@pytest.mark.parametrize(
    ("histories", "reason"),
    [
        ([], NoFitReason.TOO_FEW_CUSTOMERS),
        ([(1, 5, 80, 100)], NoFitReason.TOO_FEW_CUSTOMERS),
        ([(29, 5, 80, 100)], NoFitReason.TOO_FEW_CUSTOMERS),
        ([(5000, 0, 0, 100)], NoFitReason.NO_REPEAT_BUYERS),
        ([(5000, 0, 0, 0)], NoFitReason.NO_REPEAT_BUYERS),
        ([(5000, 0, 0, 100), (9, 3, 50, 100)], NoFitReason.TOO_FEW_REPEAT_BUYERS),
        ([(500, 3, 0, 0)], NoFitReason.DEGENERATE),
    ],
)
def test_where_nothing_can_be_told_there_is_no_model(histories, reason):
    found = bought(*histories)
    assert isinstance(found, NoFit)
    assert found.reason is reason
    assert str(found) == found.detail != ""


def test_customers_who_are_all_alike_and_stay_are_expected_to_go_on_so():
    """No parameters are the likeliest then, but those at the edge forecast as well as the limit would."""
    found = bought((500, 5, 100, 100), (500, 4, 90, 100), (500, 6, 97, 100))
    assert isinstance(found, ValueModel)
    coming = forecast(found, frequency=[5], recency=[100], age=[100], mean_spend=[20.0], horizon=40)
    assert coming.alive[0] > 0.99
    assert coming.expected_purchases[0] == pytest.approx(2, rel=0.02)
    assert "Hardly anybody is seen leaving" in found.remarks[0]


def test_a_usual_base_needs_no_remark(model):
    assert model.remarks == ()


def test_amounts_that_are_all_alike_give_no_spend_model_but_a_purchase_model(base):
    purchases, _ = counted(base)
    found = fit(purchases, SpendCounts.of(base.frequency, np.full(len(base), 20.0)), TimeUnit.DAY)
    assert isinstance(found, ValueModel)
    assert isinstance(found.gamma_gamma, NoFit)
    assert found.gamma_gamma.reason is NoFitReason.DEGENERATE
    assert found.mean_spend == 20
    assert "the base's (20.00)" in found.remarks[0]


def test_too_few_amounts_give_no_spend_model():
    found = fit_gamma_gamma(SpendCounts.of([1] * 9, range(1, 10)))
    assert isinstance(found, NoFit)
    assert found.reason is NoFitReason.TOO_FEW_REPEAT_BUYERS


def test_amounts_so_wild_that_they_have_no_mean_are_not_given_one():
    dice = np.random.default_rng(5)
    spread = dice.gamma(0.6, 1 / 15, 20_000)
    found = fit_gamma_gamma(SpendCounts.of([1] * 20_000, dice.gamma(6.0, 1, 20_000) / spread))
    assert isinstance(found, NoFit)
    assert "q = 0.59" in found.detail


def test_amounts_in_cents_are_fitted_as_well_as_in_euros(base):
    euros = fit_gamma_gamma(SpendCounts.of(base.frequency, base.mean_spend))
    cents = fit_gamma_gamma(SpendCounts.of(base.frequency, base.mean_spend * 100))
    assert isinstance(euros, GammaGamma)
    assert isinstance(cents, GammaGamma)
    assert (cents.p, cents.q, cents.v) == pytest.approx((euros.p, euros.q, euros.v * 100), rel=1e-3)
