"""Purchases, refunds and deliveries in whatever order they come: one and the same customer, and the same orders."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from escalera.domain.customer import Customer
from escalera.domain.facts import Order, Refund
from escalera.domain.money import Money
from escalera.domain.purchases import Purchase, record_delivery, record_purchase, record_refund
from escalera.domain.rhythm import Prior
from escalera.domain.standing import StandingRules, settle
from escalera.domain.vocabulary import CustomerId, OrderId, RefundId, SalesChannel

ANA = CustomerId("ana")
START = datetime(2026, 1, 1, tzinfo=UTC)
LATER = START + timedelta(days=400)
RULES = StandingRules(Prior(timedelta(days=60), 2.0, 0.05), frequent_from_orders=3)

Delivery = tuple[OrderId, datetime]
Told = Purchase | Refund | Delivery
days = st.integers(0, 300).map(lambda day: START + timedelta(days=day))


@st.composite
def lives(draw: st.DrawFn) -> list[Told]:
    """Up to six orders with what became of each; some refunds and deliveries belong to orders never heard of."""
    life: list[Told] = []
    for number in range(draw(st.integers(1, 6))):
        order = OrderId(f"o-{number}")
        currency = draw(st.sampled_from(["EUR", "BRL"]))
        total = draw(st.integers(0, 3))
        if draw(st.integers(0, 5)):
            life.append(Purchase(order, Money(total, currency), draw(days), SalesChannel.WEB))
        for refund in range(draw(st.integers(0, 3))):
            amount = Money(draw(st.integers(1, 2)), currency)
            life.append(Refund(ANA, order, RefundId(f"r-{refund}"), amount, draw(days)))
        life += [(order, draw(days)) for _ in range(draw(st.integers(0, 2)))]
    return life


def live(life: Sequence[Told]) -> tuple[Customer, dict[OrderId, Order]]:
    """What comes of it, one after the other, as the use cases do it."""
    customer, orders = Customer(ANA), dict[OrderId, Order]()
    for told in life:
        after: Order | None
        if isinstance(told, Purchase):
            customer, after = record_purchase(customer, told)
        elif isinstance(told, Refund):
            customer, after = record_refund(customer, orders.get(told.order_id), told)
        else:
            customer, after = record_delivery(customer, orders.get(told[0]), *told)
        if after is not None:
            orders[after.order_id] = after
        customer = settle(customer, RULES, LATER)
    return customer, orders


def without_way(customer: Customer) -> Customer:
    """The reason tells by which way the customer came to the rung, and that may differ."""
    return replace(customer, rung_reason="")


@given(st.data())
def test_any_order_of_telling_ends_in_the_same_customer_and_the_same_orders(data):
    life = data.draw(lives())
    customer, orders = live(life)
    other_customer, other_orders = live(data.draw(st.permutations(life)))
    assert without_way(other_customer) == without_way(customer)
    # The number counts the orders as we heard of them.
    assert {key: replace(order, number=0) for key, order in other_orders.items()} == {
        key: replace(order, number=0) for key, order in orders.items()
    }
    assert sorted(order.number for order in other_orders.values()) == list(range(1, len(orders) + 1))


@given(lives())
def test_the_sums_are_the_sums_of_what_was_told(life):
    customer, orders = live(life)
    purchases = [told for told in life if isinstance(told, Purchase)]
    refunds = [told for told in life if isinstance(told, Refund)]
    assert customer.orders == len(purchases)
    assert customer.first_order_at == min((told.placed_at for told in purchases), default=None)
    assert customer.last_order_at == max((told.placed_at for told in purchases), default=None)
    assert customer.orders_returned == sum(order.is_returned for order in orders.values())
    for currency, spending in customer.spending.items():
        assert spending.bought == sum(p.total.amount for p in purchases if p.total.currency == currency)
        assert spending.refunded == sum(r.amount.amount for r in refunds if r.amount.currency == currency)


@given(lives())
def test_what_waits_for_its_order_is_only_what_has_none(life):
    customer, orders = live(life)
    waiting = {*customer.refunds_awaiting_order, *customer.deliveries_awaiting_order}
    assert not waiting & orders.keys()
    told = {
        each.order_id if isinstance(each, Refund) else each[0]
        for each in life
        if not isinstance(each, Purchase)
    }
    assert waiting == told - orders.keys()
