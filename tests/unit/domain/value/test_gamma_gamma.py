"""Gamma-Gamma: the likelihood and the expected spend against the model itself, integrated numerically."""

from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy.integrate import quad

from escalera.domain.value.counts import SpendCounts
from escalera.domain.value.gamma_gamma import GammaGammaLikelihood, spend
from escalera.domain.value.parameters import GammaGamma

models = some.builds(
    GammaGamma,
    p=some.floats(0.5, 12),
    q=some.floats(1.2, 12),
    v=some.floats(1, 200),
    log_likelihood=some.just(0.0),
)
BASE = SpendCounts.of([1, 1, 1, 2, 5, 40], [10.0, 10.0, 35.5, 8.0, 900.0, 22.0])


def logs_of(model):
    return np.log([model.p, model.q, model.v])


@given(models, some.sampled_from([1, 2, 7]))
def test_the_likelihood_is_a_density_of_the_mean(model, x):
    """Over all means that x purchases can have it comes to one."""

    def density(log_mean):
        return exp(GammaGammaLikelihood(SpendCounts.of([x], [exp(log_mean)]))(logs_of(model))[0] + log_mean)

    centre = log(model.p * model.v / model.q)
    whole = sum(
        quad(density, low, high, limit=200)[0]
        for low, high in ((centre - 30, centre - 3), (centre - 3, centre + 3), (centre + 3, centre + 30))
    )
    assert whole == pytest.approx(1, abs=1e-5)


@given(models)
def test_the_gradient_is_the_slope_of_the_likelihood(model):
    likelihood, step = GammaGammaLikelihood(BASE), 1e-5
    value, slope = likelihood(logs_of(model))
    for place, one in enumerate(np.eye(3)):
        rise = (likelihood(logs_of(model) + step * one)[0] - likelihood(logs_of(model) - step * one)[0]) / (
            2 * step
        )
        assert slope[place] == pytest.approx(rise, rel=1e-4, abs=1e-6 * max(1, abs(value)))


@given(models, some.integers(1, 5), some.floats(1, 300))
def test_the_expected_spend_is_that_of_the_posterior(model, x, mean):
    """Given x purchases at a mean m, nu is Gamma(p*x + q, v + x*m), and a purchase brings p / nu."""
    shape, rate = model.p * x + model.q, model.v + x * mean
    mode = shape / rate

    def inside(scaled):
        nu = scaled * mode
        return model.p / nu * exp((shape - 1) * log(scaled) - shape * (scaled - 1))

    def plain(scaled):
        return exp((shape - 1) * log(scaled) - shape * (scaled - 1))

    expected = quad(inside, 0, 60, limit=400, points=[1])[0] / quad(plain, 0, 60, limit=400, points=[1])[0]
    assert spend(model, [x], [mean])[0] == pytest.approx(expected, rel=1e-5)


def test_few_purchases_are_drawn_to_the_base_and_many_are_not():
    model = GammaGamma(6.25, 3.74, 15.44, 0.0)
    everybody = 6.25 * 15.44 / 2.74
    means = spend(model, [0, 1, 3, 30, 10_000], [0.0, *[100.0] * 4])
    assert means[0] == pytest.approx(everybody)
    assert (np.diff(means) > 0).all()
    assert means[-1] == pytest.approx(100, rel=1e-3)


def test_one_whose_purchases_brought_nothing_is_expected_to_spend_as_all_do():
    model = GammaGamma(6.25, 3.74, 15.44, 0.0)
    nothing, less, never = spend(model, [4, 4, 0], [0.0, -12.0, 0.0])
    assert nothing == less == never


@pytest.mark.parametrize("scale", [0.01, 100.0])
def test_cents_and_euros_give_the_same_model(scale):
    """Amounts in another unit change v by as much, and the likelihood by the measure of each mean alone."""
    model, other = GammaGamma(6.0, 4.0, 15.0, 0.0), GammaGamma(6.0, 4.0, 15.0 * scale, 0.0)
    scaled = SpendCounts.of(BASE.frequency.repeat(BASE.customers), BASE.mean.repeat(BASE.customers) * scale)
    here, there = (
        GammaGammaLikelihood(BASE)(logs_of(model))[0],
        GammaGammaLikelihood(scaled)(logs_of(other))[0],
    )
    assert here - there == pytest.approx(6 * log(scale))
    assert spend(other, [3], [50.0 * scale])[0] == pytest.approx(spend(model, [3], [50.0])[0] * scale)
