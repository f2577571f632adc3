"""Gamma-Gamma: its likelihood and gradient, and what a customer spends on a purchase.

Formulas are those of Fader & Hardie (2013), "The Gamma-Gamma Model of Monetary Value", cited as FH with their numbers.
x repeat purchases brought m each on average; who did not buy again, or whose mean is not positive, is left out.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln

from escalera.domain.value.counts import Floats, SpendCounts
from escalera.domain.value.parameters import GammaGamma


class GammaGammaLikelihood:
    """The log-likelihood of a base for any parameters (the logarithm of FH eq. 1a)."""

    def __init__(self, counts: SpendCounts) -> None:
        self.customers = counts.total
        self._x, self._at_x = np.unique(counts.frequency.astype(float), return_inverse=True)
        self._rows = counts.customers.astype(float)
        self._of_x = np.bincount(self._at_x, weights=self._rows, minlength=len(self._x))
        self._row_x = self._x[self._at_x]
        self._spent = self._row_x * counts.mean
        log_mean = np.log(counts.mean)
        self._logs = float(self._rows @ log_mean)
        self.usual_spend = float(np.exp(self._logs / self.customers))
        self._x_logs = float((self._rows * self._row_x) @ np.log(self._spent))

    def __call__(self, logs: Floats) -> tuple[float, Floats]:
        """The log-likelihood at the logarithms of p, q, v, and its gradient by them."""
        p, q, v = np.exp(logs)
        x, n = self._x, self._of_x
        together = np.log(v + self._spent)
        plain, by_purchase = float(self._rows @ together), float((self._rows * self._row_x) @ together)
        value = float(n @ (gammaln(p * x + q) - gammaln(p * x))) - self.customers * float(gammaln(q))
        value += self.customers * q * float(np.log(v)) - self._logs + p * self._x_logs - p * by_purchase
        value -= q * plain
        whole = digamma(p * x + q)
        by_p = float((n * x) @ (whole - digamma(p * x))) + self._x_logs - by_purchase
        by_q = float(n @ whole) - self.customers * float(digamma(q) - np.log(v)) - plain
        by_v = self.customers * q / v - float((self._rows * (p * self._row_x + q)) @ (1 / (v + self._spent)))
        return value, np.array([by_p * p, by_q * q, by_v * v])


def spend(model: GammaGamma, frequency: ArrayLike, mean_spend: ArrayLike) -> Floats:
    """What a customer's purchases bring on average, given x of them at m: FH eq. 5, the mean drawn towards all's.

        p * (v + x * m) / (p * x + q - 1)

    One who bought once, or whose mean is not positive, is expected to spend as the whole base does: p * v / (q - 1).
    """
    x, m = np.asarray(frequency, float), np.asarray(mean_spend, float)
    x = np.where(m > 0, x, 0.0)
    expected: Floats = model.p * (model.v + x * m) / (model.p * x + model.q - 1)
    return expected
