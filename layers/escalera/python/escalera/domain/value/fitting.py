"""Fits the value model to a base of customers by maximum likelihood, or says why that cannot be done."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from escalera.domain.value.bgnbd import BgnbdLikelihood
from escalera.domain.value.counts import Floats, PurchaseCounts, SpendCounts
from escalera.domain.value.gamma_gamma import GammaGammaLikelihood
from escalera.domain.value.parameters import (
    Bgnbd,
    GammaGamma,
    NoFit,
    NoFitReason,
    TimeUnit,
    ValueModel,
)

LEAST_CUSTOMERS = 30
LEAST_REPEAT_BUYERS = 10
"""Below these, four parameters would be drawn from a handful of people."""

_EDGE = 10.0
"""Logarithm of how far a parameter may run from its natural size (1; of alpha the mean age, of v the usual spend).

Where customers are all alike in something, or nobody leaves, the likelihood rises for ever, by less and less. The edge
of the box is then as good as the end: 22,000 times the natural size.
"""
_FLAT = 1e-6
"""The largest slope, by customer and logarithm of a parameter, that counts as the top of the hill."""
_ALIKE = 1e-9
"""Amounts no more apart than this, of the amount, are the same: their hill has no top, and where it is left is chance."""

_Climb = Callable[[Floats], tuple[float, Floats]]


@dataclass(frozen=True, slots=True)
class _Top:
    """The likeliest parameters, how likely, and which of them an edge of the box held (+1 the upper, -1 the lower)."""

    parameters: list[float]
    log_likelihood: float
    edges: dict[str, float]


def fit(purchases: PurchaseCounts, spending: SpendCounts, unit: TimeUnit) -> ValueModel | NoFit:
    """The value model of a base; NoFit if its purchases give none.

    Where they do, and the amounts do not, the model's `gamma_gamma` says why.
    """
    found = fit_bgnbd(purchases, unit)
    if isinstance(found, NoFit):
        return found
    return ValueModel(unit, purchases.total, found, fit_gamma_gamma(spending), spending.mean_of_purchases)


def fit_bgnbd(counts: PurchaseCounts, unit: TimeUnit) -> Bgnbd | NoFit:
    """The BG/NBD model of these purchases by maximum likelihood; `unit` is alpha's."""
    if (refused := _too_few(counts.total, counts.repeat_buyers)) is not None:
        return refused
    likelihood = BgnbdLikelihood(counts, unit.days)
    size = max(likelihood.mean_age, 1 / unit.days)
    natural = np.log([1.0, size, 1.0, 1.0])
    # The first start is one of a shop where most buy once and leave easily; the second, of steady customers.
    starts = (np.log([0.5, 0.25, 0.8, 2.0]), np.log([2.0, 1.0, 0.5, 5.0]))
    found = _climb(likelihood, likelihood.customers, natural, starts, ("r", "alpha", "a", "b"))
    if isinstance(found, NoFit):
        return found
    if lost := [name for name in ("r", "alpha") if found.edges.get(name) == -1]:
        return _without_end(lost)  # purchases without any time between them
    r, alpha, a, b = found.parameters
    return Bgnbd(r, alpha, a, b, found.log_likelihood)


def fit_gamma_gamma(counts: SpendCounts) -> GammaGamma | NoFit:
    """The Gamma-Gamma model of these amounts by maximum likelihood; v is in their unit."""
    if counts.total < LEAST_REPEAT_BUYERS:
        detail = (
            f"{counts.total} customers spent something on repeat purchases; {LEAST_REPEAT_BUYERS} are needed"
        )
        return NoFit(NoFitReason.TOO_FEW_REPEAT_BUYERS, detail)
    likelihood = GammaGammaLikelihood(counts)
    if np.allclose(counts.mean, likelihood.usual_spend, rtol=_ALIKE, atol=0):
        return NoFit(NoFitReason.DEGENERATE, "every customer spends as much as any other on a purchase")
    natural = np.log([1.0, 1.0, likelihood.usual_spend])  # a mean need not exist
    starts = (np.log([5.0, 3.0, 0.5]), np.log([1.0, 5.0, 4.0]))
    found = _climb(likelihood, likelihood.customers, natural, starts, ("p", "q", "v"))
    if isinstance(found, NoFit):
        return found
    if found.edges:
        return _without_end(found.edges)  # amounts that are hardly unlike
    p, q, v = found.parameters
    if q <= 1:
        detail = f"amounts differ too wildly between customers for a mean to exist (q = {q:.3f}, 1 or less)"
        return NoFit(NoFitReason.DEGENERATE, detail)
    return GammaGamma(p, q, v, found.log_likelihood)


def _too_few(customers: int, repeat_buyers: int) -> NoFit | None:
    if customers < LEAST_CUSTOMERS:
        detail = f"{customers} customers bought; {LEAST_CUSTOMERS} are needed"
        return NoFit(NoFitReason.TOO_FEW_CUSTOMERS, detail)
    if repeat_buyers == 0:
        return NoFit(
            NoFitReason.NO_REPEAT_BUYERS, f"none of {customers} customers has bought on a second day"
        )
    if repeat_buyers < LEAST_REPEAT_BUYERS:
        detail = f"{repeat_buyers} of {customers} customers bought on a second day; {LEAST_REPEAT_BUYERS} are needed"
        return NoFit(NoFitReason.TOO_FEW_REPEAT_BUYERS, detail)
    return None


def _climb(
    likelihood: _Climb, customers: int, natural: Floats, starts: Sequence[Floats], names: Sequence[str]
) -> _Top | NoFit:
    """The top of the likelihood within the box, from the first start that reaches one."""

    def down(offset: Floats) -> tuple[float, Floats]:
        value, slope = likelihood(natural + offset)
        return -value / customers, -slope / customers

    for start in starts:
        bounds = [(-_EDGE, _EDGE)] * len(start)
        options = {"ftol": 1e-15, "gtol": 1e-9, "maxiter": 500, "maxcor": 20}
        found = minimize(down, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
        inside = np.abs(found.x) < _EDGE - 1e-3
        slope = down(found.x)[1]
        # Held by an edge, the likelihood may rise outwards; anywhere else it must be flat.
        if np.all(np.abs(slope[inside]) <= _FLAT) and np.all((slope * found.x)[~inside] <= _FLAT):
            edges = {
                name: float(np.sign(at))
                for name, at, free in zip(names, found.x, inside, strict=True)
                if not free
            }
            return _Top(
                [float(one) for one in np.exp(natural + found.x)], -float(found.fun) * customers, edges
            )
    return NoFit(NoFitReason.NOT_CONVERGED, "the likelihood has no top that could be found")


def _without_end(edges: Iterable[str]) -> NoFit:
    detail = f"the likelihood rises without end in {' and '.join(edges)}"
    return NoFit(NoFitReason.DEGENERATE, detail)
