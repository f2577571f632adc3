"""What purchases, refunds and deliveries do to a customer. Twice, late or in any order: the same state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from escalera.domain.contacts import with_contact
from escalera.domain.customer import Contact, Customer, Spending
from escalera.domain.facts import Order, Refund
from escalera.domain.money import Money
from escalera.domain.vocabulary import OrderId, SalesChannel

_K = TypeVar("_K")
_V = TypeVar("_V")


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase as told; `Order` is what we make of it."""

    order_id: OrderId
    total: Money
    placed_at: datetime
    channel: SalesChannel
    contact: Contact | None = None
    categories: Mapping[str, int] = field(default_factory=dict)
    cost: int | None = None
    discount: int = 0
    products: tuple[str, ...] = ()


MOST_PRODUCTS = 20
"""So many products of an order are kept: enough to see what complaints are about, and an order stays small."""


def products_in(keys: Iterable[str]) -> tuple[str, ...]:
    """The products of an order, out of the keys of its lines."""
    return tuple(dict.fromkeys(key for key in keys if key))[:MOST_PRODUCTS]


def record_purchase(customer: Customer, purchase: Purchase) -> tuple[Customer, Order]:
    """Count an order not counted before; what came before its purchase (refund, delivery) is joined to it."""
    order = Order(
        customer_id=customer.id,
        order_id=purchase.order_id,
        total=purchase.total,
        placed_at=purchase.placed_at,
        channel=purchase.channel,
        number=customer.orders + 1,
        refunded=customer.refunds_awaiting_order.get(purchase.order_id, {}).get(purchase.total.currency, 0),
        delivered_at=customer.deliveries_awaiting_order.get(purchase.order_id),
        categories=purchase.categories,
        cost=purchase.cost,
        discount=purchase.discount,
        products=purchase.products,
    )
    at = purchase.placed_at
    customer = replace(
        customer,
        orders=customer.orders + 1,
        orders_returned=customer.orders_returned + order.is_returned,
        first_order_at=min(customer.first_order_at or at, at),
        last_order_at=max(customer.last_order_at or at, at),
        spending=_add(customer.spending, purchase.total, bought=True),
        refunds_awaiting_order=_without(customer.refunds_awaiting_order, purchase.order_id),
        deliveries_awaiting_order=_without(customer.deliveries_awaiting_order, purchase.order_id),
    )
    if purchase.contact is not None:
        customer = with_contact(customer, purchase.contact)
    return customer, order


def record_refund(customer: Customer, order: Order | None, refund: Refund) -> tuple[Customer, Order | None]:
    """Count a refund not counted before; `order` is None when we have not heard of it (yet).

    A refund in another currency than its order's counts among what was given back, but says nothing of how much of the
    order that was.
    """
    customer = replace(customer, spending=_add(customer.spending, refund.amount, bought=False))
    if order is None:
        waiting, currency = dict(customer.refunds_awaiting_order), refund.amount.currency
        known = waiting.get(refund.order_id, {})
        waiting[refund.order_id] = {**known, currency: known.get(currency, 0) + refund.amount.amount}
        return replace(customer, refunds_awaiting_order=waiting), None
    if refund.amount.currency != order.total.currency:
        return customer, order
    after = replace(order, refunded=order.refunded + refund.amount.amount)
    returned = customer.orders_returned + (after.is_returned and not order.is_returned)
    return replace(customer, orders_returned=returned), after


def record_delivery(
    customer: Customer, order: Order | None, order_id: OrderId, delivered_at: datetime
) -> tuple[Customer, Order | None]:
    """Note when an order arrived; the earliest word counts."""
    if order is None:
        waiting = dict(customer.deliveries_awaiting_order)
        waiting[order_id] = min(waiting.get(order_id, delivered_at), delivered_at)
        return replace(customer, deliveries_awaiting_order=waiting), None
    if order.delivered_at is not None and order.delivered_at <= delivered_at:
        return customer, order
    return customer, replace(order, delivered_at=delivered_at)


def _add(sums: Mapping[str, Spending], amount: Money, *, bought: bool) -> dict[str, Spending]:
    known = sums.get(amount.currency, Spending())
    changed = (
        replace(known, bought=known.bought + amount.amount)
        if bought
        else replace(known, refunded=known.refunded + amount.amount)
    )
    return {**sums, amount.currency: changed}


def _without(mapping: Mapping[_K, _V], key: _K) -> dict[_K, _V]:
    return {kept: value for kept, value in mapping.items() if kept != key}
