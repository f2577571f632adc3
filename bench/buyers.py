"""Customers drawn from the very model that is fitted to them: with them, what a fit should find is known."""

from dataclasses import dataclass

import numpy as np

from escalera.domain.value.counts import Floats, Integers


@dataclass(frozen=True, slots=True)
class Truth:
    """What the customers are drawn from; times in days, money in the unit of v."""

    r: float = 0.8
    alpha: float = 60.0
    a: float = 0.9
    b: float = 3.0
    p: float = 6.0
    q: float = 4.0
    v: float = 15.0


@dataclass(frozen=True, slots=True, eq=False)
class Buyers:
    """One place in each array per customer; times in whole days."""

    frequency: Integers
    recency: Integers
    age: Integers
    mean_spend: Floats
    still_there: Integers
    """1 for those who have not left by the end."""
    bought_later: Integers
    """Days with a purchase within the time after the end."""

    def __len__(self) -> int:
        return len(self.age)


def draw(
    customers: int, *, days: int = 730, later: int = 0, truth: Truth | None = None, seed: int = 1
) -> Buyers:
    """Customers who first bought some time within `days`, and what they do in the `later` days that follow."""
    truth = truth or Truth()
    dice = np.random.default_rng(seed)
    age = dice.integers(1, days, customers)
    rate = dice.gamma(truth.r, 1 / truth.alpha, customers)
    leaves = dice.beta(truth.a, truth.b, customers)
    here = np.arange(customers)
    now = np.zeros(customers)
    left_at = np.full(customers, np.inf)
    whose, when = [here], [now]
    while len(here):
        now = now + dice.exponential(1, len(here)) / np.maximum(rate[here], 1e-12)
        within = now <= age[here] + later
        here, now = here[within], now[within]
        whose.append(here)
        when.append(now)
        leaving = dice.random(len(here)) < leaves[here]
        left_at[here[leaving]] = now[leaving]
        here, now = here[~leaving], now[~leaving]
    bought = np.unique(np.concatenate(whose) << 24 | np.concatenate(when).round().astype(np.int64))
    customer, day = bought >> 24, bought & (1 << 24) - 1
    seen = day <= age[customer]
    frequency = np.bincount(customer[seen], minlength=customers) - 1
    recency = np.zeros(customers, np.int64)
    np.maximum.at(recency, customer[seen], day[seen])
    spread = dice.gamma(truth.q, 1 / truth.v, customers)
    total = dice.gamma(truth.p * np.maximum(frequency, 1)) / spread
    mean = np.where(frequency > 0, total / np.maximum(frequency, 1), 0.0)
    bought_later = np.bincount(customer[~seen], minlength=customers)
    return Buyers(frequency, recency, age, mean, (left_at > age).astype(np.int64), bought_later)
