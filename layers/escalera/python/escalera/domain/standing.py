"""Where the customer stands after whatever happened: in rhythm or quiet, on which rung of the ladder, of which class.

Every function that changes a customer's orders or consents ends here, so that these can never disagree.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from escalera.domain.classes import reclassed
from escalera.domain.customer import Customer
from escalera.domain.rhythm import Prior, quiet_from
from escalera.domain.score import ShopScore
from escalera.domain.value.parameters import ValueModel
from escalera.domain.vocabulary import Purpose, Rung


@dataclass(frozen=True, slots=True)
class StandingRules:
    """What the programme says of rhythm and ladder, and what last night's score knows."""

    prior: Prior
    frequent_from_orders: int
    value_model: ValueModel | None = None
    """The fitted one, if there is one: it then judges silences."""
    score: ShopScore | None = None
    """By whose cut points customers are classed between nights; None before the first."""


def settle(customer: Customer, rules: StandingRules, now: datetime) -> Customer:
    """The customer with rhythm, rung and class as they are now.

    Nobody becomes quiet here: that is noticed on its day, by `notice_silence`. One who was quiet returns as soon as the
    last order is recent enough for the rhythm.
    """
    due = quiet_from(customer, rules.prior, rules.value_model)
    quiet_since = customer.quiet_since
    if quiet_since is not None and due is not None and due > now:
        quiet_since = None
    # A purchase heard of late can be due before today: sweeps look back a few days only, so it is due now.
    look = None if due is None or quiet_since is not None else max(due, now)
    customer = replace(customer, quiet_since=quiet_since, quiet_due_at=look)
    return reclassed(_step(customer, rules), rules.score, now)


def notice_silence(customer: Customer, rules: StandingRules, now: datetime) -> Customer:
    """The customer, quiet if the silence has become unusual by `now`; unchanged if not, or if quiet already."""
    due = quiet_from(customer, rules.prior, rules.value_model)
    if customer.quiet_since is not None or due is None or customer.erased_at is not None:
        return customer
    if due > now:
        return replace(customer, quiet_due_at=due)
    return _step(replace(customer, quiet_since=due, quiet_due_at=None), rules)


def _step(customer: Customer, rules: StandingRules) -> Customer:
    rung, reason = rung_of(customer, rules)
    if rung is customer.rung:
        return customer
    return replace(customer, rung=rung, rung_reason=reason)


def rung_of(customer: Customer, rules: StandingRules) -> tuple[Rung, str]:  # noqa: PLR0911 - one return a rung
    """The rung of the ladder (doctrine R1-R5) and the fact that puts the customer there.

    R6 and R7 are reached by what customers say and whom they bring, which no event tells yet.
    """
    kept = customer.kept_orders
    if kept >= rules.frequent_from_orders and customer.quiet_since is None:
        return Rung.FREQUENT, "buys_in_rhythm"
    if kept > 1:
        if not _falls_to(customer, Rung.CUSTOMER):
            return Rung.CUSTOMER, "bought_again"
        return Rung.CUSTOMER, "went_quiet" if kept >= rules.frequent_from_orders else "orders_returned"
    if kept == 1:
        if _falls_to(customer, Rung.BUYER):
            return Rung.BUYER, "orders_returned"
        return Rung.BUYER, "first_purchase" if customer.orders == 1 else "bought_again"
    if customer.orders:
        return Rung.PROSPECT, "orders_returned"
    if any(
        state.given for (purpose, _), state in customer.consents.items() if purpose is not Purpose.SERVICE
    ):
        return Rung.PROSPECT, "asked_to_hear_from_us"
    if customer.registered_at is not None:
        return Rung.PROSPECT, "registered"
    return Rung.SUSPECT, "known"


def _falls_to(customer: Customer, rung: Rung) -> bool:
    """Whether this rung is a step down from the present one: then it was not a purchase that led here."""
    ladder = list(Rung)
    return ladder.index(customer.rung) > ladder.index(rung)
