"""BG/NBD: its likelihood and gradient, whether a customer is still one, and how many purchases are to come.

Formulas are those of Fader, Hardie & Lee (2005), "Counting Your Customers the Easy Way: An Alternative to the
Pareto/NBD Model", Marketing Science 24(2), cited as FHL with their numbers. x, t_x, T are repeat purchases, the last of
them, and the customer's age; times in the model's unit.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainccinv, betaincinv, digamma, expit, gammaln, hyp2f1

from escalera.domain.value.counts import Floats, PurchaseCounts
from escalera.domain.value.parameters import Bgnbd

_NEARLY = 1e-7
_DIGITS_LOST = 1e-6
_LARGE = 100.0
_LEAST = 1e-200
_STEPS = np.arange(-70, 71) * 0.05
_SHARES = expit(np.pi * np.sinh(_STEPS))
_WEIGHTS = 0.05 * np.pi * np.cosh(_STEPS) * _SHARES * _SHARES[::-1]


class BgnbdLikelihood:
    """The log-likelihood of a base for any parameters (FHL eq. 6, as products A1 to A4 of its appendix).

    What depends on x alone is computed once for each x, and each logarithm once for each time that occurs: a row costs
    one exponential, however many customers share it.
    """

    def __init__(self, counts: PurchaseCounts, days: int) -> None:
        """`days` is how many days the model's unit has."""
        self.customers = counts.total
        self._x, at_x = np.unique(counts.frequency, return_inverse=True)
        self._of_x = np.bincount(at_x, weights=counts.customers, minlength=len(self._x))
        ages, at_T = np.unique(counts.age, return_inverse=True)
        repeats = counts.frequency > 0
        ends, self._at_t = np.unique(counts.recency[repeats], return_inverse=True)
        self._T, self._t = ages / days, ends / days
        once = ~repeats
        self._once = np.bincount(at_T[once], weights=counts.customers[once], minlength=len(self._T))
        self._row_x, self._row_T = counts.frequency[repeats].astype(float), at_T[repeats]
        self._rows = counts.customers[repeats].astype(float)
        self._row_at_x = at_x[repeats]
        self.mean_age = float(np.average(counts.age, weights=counts.customers)) / days

    def __call__(self, logs: Floats) -> tuple[float, Floats]:
        """The log-likelihood at the logarithms of r, alpha, a, b, and its gradient by them."""
        r, alpha, a, b = np.exp(logs)
        x, n = self._x, self._of_x
        later = np.maximum(x, 1)  # the term of leaving is for x > 0 alone
        log_T, log_t = np.log(alpha + self._T), np.log(alpha + self._t)
        # A1 and A2 of FHL: by x alone.
        value = float(
            n @ (gammaln(r + x) - gammaln(r) + r * np.log(alpha))
            + n @ (gammaln(a + b) - gammaln(b) + gammaln(b + x) - gammaln(a + b + x))
        )
        by_r = float(n @ (digamma(r + x) - digamma(r) + np.log(alpha)))
        by_alpha = float(n.sum() * r / alpha)
        by_a = float(n @ (digamma(a + b) - digamma(a + b + x)))
        by_b = float(n @ (digamma(a + b) - digamma(a + b + x) + digamma(b + x) - digamma(b)))
        # A3 for those who bought once.
        value -= r * float(self._once @ log_T)
        by_r -= float(self._once @ log_T)
        by_alpha -= r * float(self._once @ (1 / (alpha + self._T)))
        # A3 + A4 for the others: still there at T, or gone at t_x with weight w.
        row_T, row_t = log_T[self._row_T], log_t[self._at_t]
        power = r + self._row_x
        gone = (np.log(a) - np.log(b + later - 1))[self._row_at_x] + power * (row_T - row_t)
        w = expit(gone)
        value += float(self._rows @ (_softplus(gone) - power * row_T))
        weighed = self._rows * w
        by_r -= float(self._rows @ row_T - weighed @ (row_T - row_t))
        ages, ends = (1 / (alpha + self._T))[self._row_T], (1 / (alpha + self._t))[self._at_t]
        by_alpha -= float((self._rows * power) @ ages - (weighed * power) @ (ages - ends))
        by_a += float(weighed.sum()) / a
        by_b -= float(weighed @ (1 / (b + later - 1))[self._row_at_x])
        return value, np.array([by_r * r, by_alpha * alpha, by_a * a, by_b * b])


def _softplus(values: Floats) -> Floats:
    """log(1 + exp(values)), for any size of them."""
    softened: Floats = np.maximum(values, 0) + np.log1p(np.exp(-np.abs(values)))
    return softened


def alive(model: Bgnbd, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
    """P(alive | x, t_x, T): Fader, Hardie & Lee (2008), "Computing P(alive) Using the BG/NBD Model", eq. 7.

    1 for those who bought once: nobody leaves before a second purchase.
    """
    x, t_x, T = (np.asarray(values, float) for values in (frequency, recency, age))
    seen = np.log(model.alpha + T) - np.log(model.alpha + t_x)
    gone = np.log(model.a) - np.log(model.b + np.maximum(x, 1) - 1) + (model.r + x) * seen
    still: Floats = np.where(x > 0, expit(-gone), 1.0)
    return still


def purchases_if_alive(model: Bgnbd, frequency: ArrayLike, age: ArrayLike, ahead: float) -> Floats:
    """How many purchases to expect within `ahead` of one who is alive at T; times P(alive) it is FHL eq. 10.

    Euler's transformation (DLMF 15.8.1) of FHL's 2F1 takes x out of its first two arguments:

        (a + b + x - 1) / (a - 1) * (1 - (1 - z)^(a - 1) * 2F1(a + b - r - 1, a - 1; a + b + x - 1; z)),
        z = ahead / (alpha + T + ahead)

    so that many purchases make it converge faster, where the printed form overflows. Where it is 0/0 (a = 1,
    a + b + x = 1), or where scipy's 2F1 is (near z = 1 with r - a a whole number), a is moved by tiny steps, which moves
    the answer by as little. With x = 0 and T = 0 it is FHL eq. 9: what to expect of a new customer. Very large
    parameters, of customers who are all alike, are beyond any 2F1: then it is integrated (`_integrated`). So it is for
    those whose difference from 1 is so small that few of its digits are right (little ahead, or a near 1), or whose 2F1
    is too large for a number.
    """
    x, T = np.asarray(frequency, float), np.asarray(age, float)
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    if max(r, a, b) > _LARGE:
        return _integrated(model, x, T, ahead)
    while min(abs(a - 1), abs(r - a - round(r - a)), abs(a + b - 1)) < _NEARLY:
        a += 2 * _NEARLY
    c = a + b + x - 1
    z = ahead / (alpha + T + ahead)
    with np.errstate(over="ignore", invalid="ignore"):
        less = 1 - np.exp((a - 1) * np.log1p(-z)) * hyp2f1(a + b - r - 1, a - 1, c, z)
    expected: Floats = c / (a - 1) * less
    blurred = ~(np.isfinite(less) & (np.abs(less) > _DIGITS_LOST))
    if blurred.any():
        expected[blurred] = _integrated(model, x[blurred], T[blurred], ahead)
    return expected


def _integrated(model: Bgnbd, x: Floats, T: Floats, ahead: float) -> Floats:
    """The same as an integral over the chance p of leaving, which is Beta(a, b + x) for one alive after x purchases.

    Given p, and the rate Gamma(r + x, alpha + T), (1 - (1 + p * ahead / (alpha + T))^-(r + x)) / p are to come. Over
    the shares of the beta distribution, by the double exponential rule (Takahasi & Mori 1974), which does not mind how
    the distribution ends.
    """
    met, at = np.unique(x, return_inverse=True)
    powers = (model.b + met)[:, None]
    leaves = np.where(
        _SHARES < 0.5, betaincinv(model.a, powers, _SHARES), betainccinv(model.a, powers, _SHARES[::-1])
    )
    # scipy gives no number for shares so near 1 that p is 1.
    leaves = np.maximum(np.nan_to_num(leaves, nan=1.0), _LEAST)[at]
    to_come = (
        -np.expm1(-(model.r + x)[:, None] * np.log1p(leaves * (ahead / (model.alpha + T))[:, None])) / leaves
    )
    expected: Floats = to_come @ _WEIGHTS
    return expected


def next_purchase(model: Bgnbd, frequency: ArrayLike, age: ArrayLike, still: NDArray[np.float64]) -> Floats:
    """How long from T until a next purchase is as likely as not to have come; infinite where it never gets so likely.

    One who is alive buys again for certain, after a wait that exceeds s with ((alpha + T) / (alpha + T + s))^(r + x),
    so the wait s solves P(alive) * (1 - that) = 1/2.
    """
    x, T = np.asarray(frequency, float), np.asarray(age, float)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        wait: Floats = (model.alpha + T) * np.expm1(-np.log1p(-0.5 / still) / (model.r + x))
    return np.where(still > 0.5, wait, np.inf)
