"""BG/NBD: the likelihood and the forecasts against the model itself, integrated or differentiated numerically."""

from itertools import pairwise
from math import exp, lgamma, log

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from scipy.integrate import quad
from scipy.special import betaincinv

from escalera.domain.value.bgnbd import BgnbdLikelihood, _integrated, alive, next_purchase, purchases_if_alive
from escalera.domain.value.counts import PurchaseCounts
from escalera.domain.value.parameters import Bgnbd

sizes = some.floats(0.05, 20)
zero = some.just(0.0)
edges = some.floats(-10, 10).map(exp)
models = some.builds(Bgnbd, r=sizes, alpha=sizes, a=sizes, b=sizes, log_likelihood=zero)
HISTORIES = [
    (0, 0, 0),
    (0, 0, 30),
    (1, 1, 1),
    (1, 0, 30),
    (3, 12, 40),
    (3, 40, 40),
    (60, 200, 380),
    (900, 950, 990),
]
BASE = PurchaseCounts.of(*zip(*[one for one in HISTORIES for _ in range(1 + one[0] % 3)], strict=True))


def by_the_letter(x, t_x, T, model):  # noqa: N803
    """FHL eq. 6 for one customer, by the words of the model: active at T, or gone right after the last purchase."""
    r, alpha, a, b = model.r, model.alpha, model.a, model.b

    def beta(p, q):
        return lgamma(p) + lgamma(q) - lgamma(p + q)

    rates = lgamma(r + x) - lgamma(r) + r * log(alpha)
    stayed = beta(a, b + x) - beta(a, b) - (r + x) * log(alpha + T)
    if x == 0:
        return rates + stayed
    gone = beta(a + 1, b + x - 1) - beta(a, b) - (r + x) * log(alpha + t_x)
    return rates + float(np.logaddexp(stayed, gone))


@given(models)
def test_the_likelihood_is_that_of_the_paper_however_rows_are_shared(model):
    logs = np.log([model.r, model.alpha, model.a, model.b])
    value, _ = BgnbdLikelihood(BASE, days=1)(logs)
    expected = sum(by_the_letter(*one, model) * (1 + one[0] % 3) for one in HISTORIES)
    assert value == pytest.approx(expected, rel=1e-9)


@given(models)
def test_the_gradient_is_the_slope_of_the_likelihood(model):
    likelihood = BgnbdLikelihood(BASE, days=7)
    logs, step = np.log([model.r, model.alpha, model.a, model.b]), 1e-5
    value, slope = likelihood(logs)
    for place, one in enumerate(np.eye(4)):
        rise = (likelihood(logs + step * one)[0] - likelihood(logs - step * one)[0]) / (2 * step)
        assert slope[place] == pytest.approx(rise, rel=1e-4, abs=1e-6 * max(1, abs(value)))


def test_the_unit_changes_alpha_and_nothing_else():
    """A likelihood counted in weeks is that in days but for the measure of x gaps, 7 each."""
    model = np.array([0.8, 60.0, 0.9, 3.0])
    in_days, _ = BgnbdLikelihood(BASE, days=1)(np.log(model))
    in_weeks, _ = BgnbdLikelihood(BASE, days=7)(np.log(model / [1, 7, 1, 1]))
    assert in_weeks - in_days == pytest.approx(int(BASE.frequency @ BASE.customers) * log(7))


def integrated(model, x, T, ahead):  # noqa: N803
    """Purchases to come of one alive at T: over the posterior Beta(a, b + x) of leaving and Gamma(r + x, alpha + T)."""

    def at_share(share):
        p = max(betaincinv(model.a, model.b + x, share), 1e-300)
        return -np.expm1(-(model.r + x) * np.log1p(p * ahead / (model.alpha + T))) / p

    edges = [0, 1e-6, 1e-3, 0.1, 0.9, 1 - 1e-3, 1 - 1e-6, 1]
    return sum(quad(at_share, *ends, epsabs=0, epsrel=1e-9, limit=300)[0] for ends in pairwise(edges))


@given(models, some.sampled_from(HISTORIES), some.floats(0.1, 200))
def test_purchases_to_come_are_those_of_the_posterior(model, history, ahead):
    x, _, T = history  # noqa: N806
    found = purchases_if_alive(model, [x], [float(T)], ahead)[0]
    assert found == pytest.approx(integrated(model, x, float(T), ahead), rel=1e-5, abs=1e-9)


@given(
    some.builds(
        Bgnbd,
        r=some.floats(0.05, 90),
        alpha=sizes,
        a=some.floats(0.05, 90),
        b=some.floats(0.05, 90),
        log_likelihood=zero,
    ),
    some.sampled_from(HISTORIES),
    some.floats(0.1, 200),
)
def test_both_ways_to_expect_purchases_agree(model, history, ahead):
    x, _, T = history  # noqa: N806
    closed = purchases_if_alive(model, [x], [float(T)], ahead)
    assert _integrated(model, np.array([float(x)]), np.array([float(T)]), ahead) == pytest.approx(
        closed, rel=1e-3
    )


@given(
    some.builds(Bgnbd, r=edges, alpha=edges, a=edges, b=edges, log_likelihood=zero),
    some.sampled_from(HISTORIES),
    some.floats(0.1, 200),
)
@example(Bgnbd(r=1.0, alpha=exp(10), a=1.0, b=1.0, log_likelihood=0.0), (60, 200, 380), 0.25)
@example(Bgnbd(r=1.0, alpha=exp(-9), a=90.0, b=exp(-4), log_likelihood=0.0), (0, 0, 0), 200.0)
def test_the_farthest_parameters_a_fit_may_give_forecast_no_nonsense(model, history, ahead):
    x, _, T = history  # noqa: N806
    coming = purchases_if_alive(model, [x], [float(T)], ahead)[0]
    assert 0 < coming <= (model.r + x) / (model.alpha + T) * ahead * (1 + 1e-6)


@given(
    some.builds(Bgnbd, r=edges, alpha=edges, a=edges, b=edges, log_likelihood=zero),
    some.sampled_from(HISTORIES),
    some.floats(-16, -10),
)
def test_within_a_moment_as_many_are_to_come_as_by_the_rate_seen(model, history, decades):
    """Nobody leaves so soon, whatever the parameters; and that is where a small difference of large numbers shows."""
    x, _, T = history  # noqa: N806
    moment = 10**decades * (model.alpha + T)
    assert purchases_if_alive(model, [x], [float(T)], moment)[0] == pytest.approx(
        (model.r + x) * 10**decades, rel=1e-5, abs=0
    )


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1.0, 2.0),
        (1.0 + 1e-9, 2.0),
        (0.4, 0.6),
        (0.4 + 1e-9, 0.6),
        (0.5, 2.0),
        (2.5, 3.0),
        (2.5 + 1e-13, 3.0),
    ],
)
def test_where_the_formula_is_nought_by_nought_the_answer_has_no_jump(a, b):
    at, beside = (
        purchases_if_alive(Bgnbd(0.5, 5.0, one, b, 0.0), [0, 3], [0.0, 0.0], 3900.0) for one in (a, a + 1e-4)
    )
    assert at == pytest.approx(beside, rel=1e-3)


@given(models, some.integers(0, 100_000), some.floats(0, 1), some.floats(0, 5000), some.floats(0, 3000))
def test_no_history_however_strange_gives_nonsense(model, x, share, T, ahead):  # noqa: N803
    t_x = share * T if x else 0.0
    still = alive(model, [x], [t_x], [T])
    coming = purchases_if_alive(model, [x], [T], ahead)
    assert 0 <= still[0] <= 1
    assert np.isfinite(coming).all()
    # Nobody can be expected to buy more than by the rate seen, if they stayed for ever.
    assert -1e-9 <= coming[0] <= (model.r + x) / (model.alpha + T) * ahead * (1 + 1e-6) + 1e-6
    assert (next_purchase(model, [x], [T], still) > 0).all()


def test_who_bought_once_is_alive_and_silence_makes_the_others_doubtful():
    model = Bgnbd(0.25, 4.5, 0.8, 2.5, 0.0)
    assert alive(model, [0, 0], [0, 0], [0, 500]).tolist() == [1, 1]
    fading = alive(model, [4] * 50, [20.0] * 50, 20.0 + np.arange(50))
    assert (np.diff(fading) < 0).all()
    assert fading[0] == pytest.approx(1 / (1 + 0.8 / (2.5 + 3)))


def test_the_next_purchase_is_where_it_becomes_as_likely_as_not():
    model = Bgnbd(0.25, 4.5, 0.8, 2.5, 0.0)
    still = alive(model, [6], [30.0], [32.0])
    wait = next_purchase(model, [6], [32.0], still)
    bought = still * (1 - ((4.5 + 32) / (4.5 + 32 + wait)) ** (0.25 + 6))
    assert bought == pytest.approx(0.5)
    assert next_purchase(model, [6], [300.0], alive(model, [6], [30.0], [300.0])).tolist() == [np.inf]
