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
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from escalera.domain.customer import Customer


@dataclass(frozen=True, slots=True)
class Prior:
    """What the shop knows of its customers as a whole."""

    typical_gap: timedelta
    worth_gaps: float
    """How many gaps of one's own the prior weighs; more than 0."""
    unusual: float
    """Between 0 and 1, neither included."""
    at_least: timedelta = timedelta(0)


def unusual_silence(orders: int, span: timedelta, prior: Prior) -> timedelta:
    """How long a silence must last to be unusual after `orders` (at least 1) purchases over `span`."""
    gaps = max(orders - 1, 0)
    seen: timedelta = prior.typical_gap * prior.worth_gaps + span
    silence: timedelta = seen * (prior.unusual ** (-1 / (prior.worth_gaps + gaps)) - 1)
    return max(silence, prior.at_least)


def quiet_from(customer: Customer, prior: Prior) -> datetime | None:
    """When the customer's present silence becomes unusual; None for one who never bought."""
    if customer.first_order_at is None or customer.last_order_at is None:
        return None
    span = customer.last_order_at - customer.first_order_at
    silence = unusual_silence(customer.orders, span, prior)
    # Whole seconds: the store keeps no finer time, and a date must survive the way there and back.
    return customer.last_order_at + timedelta(seconds=int(silence.total_seconds()))
