"""A, B and C by what customers bring (doctrine L9): net of refunds, in the shop's currency, within a window.

Class A are those who together bring the first share of the revenue (80 %), B the next (15 %), C everybody else who
ever bought. The nightly score sets the cut points; between nights a purchase or refund is held against them.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from escalera.domain.customer import ClassSpell, Customer
from escalera.domain.exchange import Exchange
from escalera.domain.history import CustomerHistory
from escalera.domain.money import Money
from escalera.domain.score import ShopScore
from escalera.domain.vocabulary import AbcClass

SPELLS_KEPT = 12


@dataclass(frozen=True, slots=True)
class ClassRules:
    """What the programme says of classes."""

    window: timedelta
    """Revenue of orders and refunds after `as_of` less this counts."""
    a: float = 0.8
    """The share of revenue that class A brings."""
    b: float = 0.15
    """The share that class B brings after it."""


def net_revenue(
    history: CustomerHistory,
    exchange: Exchange,
    *,
    after: datetime | None = None,
    until: datetime | None = None,
) -> int:
    """What the orders brought less what was given back, each by its own day, in minor units of the shop's currency.

    `after` is not included, `until` is; None: no bound. May be less than nothing. Money without a rate is left out.
    """
    sums: dict[str, int] = {}
    dealings = (
        *((order.placed_at, order.total, 1) for order in history.orders),
        *((refund.refunded_at, refund.amount, -1) for refund in history.refunds),
    )
    for at, money, sign in dealings:
        if (after is None or at > after) and (until is None or at <= until):
            sums[money.currency] = sums.get(money.currency, 0) + sign * money.amount
    return exchange.sum_of(Money(amount, currency) for currency, amount in sums.items())


def spent_ever(customer: Customer, exchange: Exchange) -> int:
    """All that the customer's sums hold, net, in minor units of the shop's currency."""
    return exchange.sum_of(
        Money(sums.bought - sums.refunded, currency) for currency, sums in customer.spending.items()
    )


def reclassed(customer: Customer, shop: ShopScore | None, now: datetime) -> Customer:
    """The customer in the class that last night's cut points give them now: a subtraction and a comparison.

    Unchanged before the first night, for one who never bought, and for one whom no night has seen but whose orders reach
    back beyond the window: theirs is a matter for the next night.
    A refund from before the window counts, too, for one whom no night has seen: the next night puts it right.
    """
    if shop is None or not customer.orders or customer.first_order_at is None:
        return customer
    before = 0
    if customer.score is not None:
        before = customer.score.before_window
    elif customer.first_order_at <= shop.as_of - shop.class_cuts.window:
        return customer
    revenue = spent_ever(customer, shop.exchange) - before
    return with_class(customer, shop.class_cuts.class_of(revenue), now)


def heard_late(customer: Customer, amount: Money, at: datetime, shop: ShopScore | None) -> Customer:
    """The customer after an amount from before the window was added to their sums: it does not count for the class."""
    if shop is None or customer.score is None or at > shop.as_of - shop.class_cuts.window:
        return customer
    before = customer.score.before_window + (shop.exchange.convert(amount) or 0)
    return replace(customer, score=replace(customer.score, before_window=before))


def with_class(customer: Customer, abc_class: AbcClass, since: datetime) -> Customer:
    """The customer in this class, and the change in their history."""
    if customer.abc_class is abc_class:
        return customer
    history = (*customer.class_history, ClassSpell(abc_class, since))[-SPELLS_KEPT:]
    return replace(customer, abc_class=abc_class, class_history=history)
