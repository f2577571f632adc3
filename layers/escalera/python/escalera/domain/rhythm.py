"""When a silence is unusual for this customer (doctrine S1).

Purchases are taken to come at a steady rate of the customer's own, and rates to differ between customers as a
gamma distribution does: the negative binomial model of repeat buying (Ehrenberg 1959, "The Pattern of Consumer
Purchases"; the purchase process of Schmittlein, Morrison & Colombo 1987, "Counting Your Customers"). Seen k gaps
over a time T, with a prior worth r gaps of length g each, the rate is Gamma(r + k, r*g + T), and the chance that the
next gap is longer than s is that of a Lomax (Pareto II) distribution:

    P(gap > s) = ((r*g + T) / (r*g + T + s)) ** (r + k)

The silence is unusual once that chance falls below `unusual`; solved for s:

    s = (r*g + T) * (unusual ** (-1 / (r + k)) - 1)

Only the number of orders, the first and the last of them are needed, so late news and old news give the same answer.

Where a value model fits the base, the spread of rates is learnt and so is how customers leave: then a silence is unusual
once the chance that the customer still is one falls below `alive_below` (`domain.value.silence`), or once, by the rates
learnt, only `unusual` of those who still are one would be silent for so long: whichever comes first.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from escalera.domain.customer import Customer
from escalera.domain.value.parameters import ValueModel
from escalera.domain.value.silence import quiet_from_model, silence_from_rates


@dataclass(frozen=True, slots=True)
class Prior:
    """What the shop knows of its customers as a whole."""

    typical_gap: timedelta
    worth_gaps: float
    """How many gaps of one's own the prior weighs; more than 0."""
    unusual: float
    """Between 0 and 1, neither included."""
    at_least: timedelta = timedelta(0)
    alive_below: float = 0.5
    """Between 0 and 1, neither included; asked where a value model is fitted."""


_LONGEST = timedelta(days=100 * 365)  # a model may never doubt somebody; a date has to be written down


def unusual_silence(orders: int, span: timedelta, prior: Prior) -> timedelta:
    """How long a silence must last to be unusual after `orders` (at least 1) purchases over `span`."""
    gaps = max(orders - 1, 0)
    seen: timedelta = prior.typical_gap * prior.worth_gaps + span
    silence: timedelta = seen * (prior.unusual ** (-1 / (prior.worth_gaps + gaps)) - 1)
    return max(silence, prior.at_least)


def doubtful_silence(orders: int, span: timedelta, prior: Prior, model: ValueModel) -> timedelta:
    """How long a silence must last after as many orders over `span` for the fitted model to find it unusual.

    P(alive) alone would not do: where hardly anybody leaves, it doubts nobody for years. One who bought once is alive
    for certain in BG/NBD, and where most buy once the rates are so spread out that no silence would be unusual; there
    the shop's own rhythm has the last word.
    """
    unit, fitted = model.unit, model.bgnbd
    parameters, seen = (fitted.r, fitted.alpha, fitted.a, fitted.b), span / unit.length
    units = silence_from_rates(fitted.r, fitted.alpha, orders=orders, span=seen, unusual=prior.unusual)
    if orders > 1:
        doubted = quiet_from_model(*parameters, orders=orders, span=seen, threshold=prior.alive_below)
        units = min(units, doubted)
    silence = unit.length * min(units, _LONGEST / unit.length)
    if orders <= 1:
        silence = min(silence, unusual_silence(orders, span, prior))
    return max(silence, prior.at_least)


def quiet_from(customer: Customer, prior: Prior, model: ValueModel | None = None) -> datetime | None:
    """When the customer's present silence becomes unusual; None for one who never bought.

    By the model where one is fitted, else by the customer's own gaps and the shop's.
    """
    if customer.first_order_at is None or customer.last_order_at is None:
        return None
    silence = silence_after(customer.orders, customer.last_order_at - customer.first_order_at, prior, model)
    # Whole seconds: the store keeps no finer time, and a date must survive the way there and back.
    return customer.last_order_at + timedelta(seconds=int(silence.total_seconds()))


def silence_after(orders: int, span: timedelta, prior: Prior, model: ValueModel | None = None) -> timedelta:
    """How long a silence must last to be unusual, by the model where one is fitted."""
    if model is None:
        return unusual_silence(orders, span, prior)
    return doubtful_silence(orders, span, prior, model)
