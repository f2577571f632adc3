"""What each customer of a base is likely to do and to bring, given a fitted model."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from escalera.domain.value import bgnbd, gamma_gamma
from escalera.domain.value.counts import Floats, Integers
from escalera.domain.value.parameters import GammaGamma, ValueModel

DAYS_A_YEAR = 365.25
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """One place in each array per customer, in the order given."""

    alive: Floats
    """The chance that the customer is still one, 0 to 1."""
    expected_purchases: Floats
    """Days with a purchase, within the horizon."""
    expected_spend: Floats
    """On each of them, in the unit of the amounts given."""
    expected_value: Floats
    """What they bring together, discounted, in that unit."""
    next_purchase: Floats
    """Days until the next purchase is as likely as not to have come; infinite if it never gets so likely."""


def forecast(
    model: ValueModel,
    *,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    mean_spend: ArrayLike,
    horizon: float,
    discount_rate: float = 0.0,
) -> Forecast:
    """Forecast customers of whom x, t_x, T (in days) and the mean of repeat purchases are known.

    `horizon` is in days; `discount_rate` a year (0.1: money a year from now is worth a tenth less than 1.1 of today's).
    Value = expected spend * the integral of exp(-delta * t) over the purchases expected by t, the discounted expected
    transactions of Fader, Hardie & Lee (2005), "RFM and CLV", up to the horizon; purchases and spend are independent
    in both models.
    """
    x = np.asarray(frequency, np.int64)
    days = model.unit.days
    t_x, T = np.asarray(recency, float) / days, np.asarray(age, float) / days
    still = bgnbd.alive(model.bgnbd, x, t_x, T)
    ahead, interest = horizon / days, np.log1p(discount_rate) * days / DAYS_A_YEAR
    # Those alike in x and T differ in P(alive) alone: the costly function is called once for each pair.
    pairs = x * (1 << 32) + np.asarray(age, np.int64)
    _, first, place = np.unique(pairs, return_index=True, return_inverse=True)
    met_x, met_T = x[first], T[first]

    def coming(within: float) -> Floats:
        return bgnbd.purchases_if_alive(model.bgnbd, met_x, met_T, within)

    purchases = coming(ahead)
    worth = _discounted(coming, ahead, interest, purchases) if interest else purchases
    spend = _spend(model, x, np.asarray(mean_spend, float))
    return Forecast(
        alive=still,
        expected_purchases=still * purchases[place],
        expected_spend=spend,
        expected_value=still * worth[place] * spend,
        next_purchase=bgnbd.next_purchase(model.bgnbd, x, T, still) * days,
    )


def _discounted(
    coming: Callable[[float], Floats], ahead: float, interest: float, purchases: Floats
) -> Floats:
    """What the purchases within `ahead` are worth, each exp(-interest * t) of its amount.

    The integral of exp(-i*t) dE(t), by parts: exp(-i*H) * E(H) + i * the integral of exp(-i*t) * E(t), by Gauss and
    Legendre.
    """
    worth: Floats = np.exp(-interest * ahead) * purchases
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        t = float(ahead * (node + 1) / 2)
        worth += interest * ahead / 2 * weight * np.exp(-interest * t) * coming(t)
    return worth


def _spend(model: ValueModel, x: Integers, mean_spend: Floats) -> Floats:
    """By the spend model; without one, each customer's own mean, and the base's for those who have none."""
    if isinstance(model.gamma_gamma, GammaGamma):
        return gamma_gamma.spend(model.gamma_gamma, x, mean_spend)
    own: Floats = np.where((x > 0) & (mean_spend > 0), mean_spend, model.mean_spend)
    return own
