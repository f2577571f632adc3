"""What one purchase, refund or delivery does; and what came before its purchase."""

from datetime import UTC, datetime, timedelta

import pytest

from escalera.domain.customer import Contact, Customer, Spending
from escalera.domain.facts import Refund
from escalera.domain.money import Money
from escalera.domain.purchases import Purchase, products_in, record_delivery, record_purchase, record_refund
from escalera.domain.vocabulary import CustomerId, OrderId, RefundId, SalesChannel

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANA = Customer(CustomerId("ana"))
ORDER = OrderId("o-1")


def purchase(order: str = "o-1", amount: int = 1999, at: datetime = NOON) -> Purchase:
    return Purchase(OrderId(order), Money(amount, "EUR"), at, SalesChannel.WEB)


def refund(amount: int, refund_id: str = "r-1") -> Refund:
    return Refund(ANA.id, ORDER, RefundId(refund_id), Money(amount, "EUR"), NOON)


def in_dollars(amount: int) -> Refund:
    return Refund(ANA.id, ORDER, RefundId("r-usd"), Money(amount, "USD"), NOON)


def test_a_purchase_counts_as_order_and_sum_and_bounds_the_span():
    customer, first = record_purchase(ANA, purchase())
    customer, second = record_purchase(customer, purchase("o-2", 1, NOON - 9 * DAY))
    assert (customer.orders, customer.kept_orders) == (2, 2)
    assert customer.spending == {"EUR": Spending(bought=2000)}
    assert (customer.first_order_at, customer.last_order_at) == (NOON - 9 * DAY, NOON)
    assert (first.number, second.number) == (1, 2)


def test_each_currency_has_its_own_sum():
    customer, _ = record_purchase(ANA, purchase())
    brl = Purchase(OrderId("o-2"), Money(700, "BRL"), NOON, SalesChannel.WEB)
    customer, _ = record_purchase(customer, brl)
    assert customer.spending == {"EUR": Spending(bought=1999), "BRL": Spending(bought=700)}


@pytest.mark.parametrize(
    ("amounts", "returned"), [((1998,), 0), ((1999,), 1), ((1000, 999), 1), ((1999, 5), 1)]
)
def test_an_order_is_returned_once_when_all_of_it_was_given_back(amounts, returned):
    customer, known = record_purchase(ANA, purchase())
    order = known
    for number, amount in enumerate(amounts):
        customer, after = record_refund(customer, order, refund(amount, f"r-{number}"))
        assert after is not None
        order = after
    assert customer.orders_returned == returned
    assert customer.kept_orders == 1 - returned
    assert order.refunded == sum(amounts)
    assert customer.spending["EUR"].refunded == sum(amounts)


def test_an_order_of_nothing_is_kept():
    customer, order = record_purchase(ANA, purchase(amount=0))
    customer, _ = record_refund(customer, order, refund(0))
    assert customer.orders_returned == 0


def test_a_refund_before_its_purchase_waits_and_is_joined_to_it():
    customer, nothing = record_refund(ANA, None, refund(1000))
    customer, _ = record_refund(customer, None, refund(999, "r-2"))
    assert nothing is None
    assert customer.refunds_awaiting_order == {ORDER: {"EUR": 1999}}
    assert customer.orders_returned == 0
    customer, order = record_purchase(customer, purchase())
    assert order.is_returned
    assert (customer.kept_orders, customer.refunds_awaiting_order) == (0, {})


def test_a_refund_in_another_currency_is_counted_there_and_returns_no_order():
    before, late = record_purchase(record_refund(ANA, None, in_dollars(1999))[0], purchase())
    customer, order = record_purchase(ANA, purchase())
    after, early = record_refund(customer, order, in_dollars(1999))
    assert after == before
    assert early == late == order
    assert (after.kept_orders, after.spending["USD"]) == (1, Spending(refunded=1999))


def test_a_delivery_before_its_purchase_waits_and_is_joined_to_it():
    customer, nothing = record_delivery(ANA, None, ORDER, NOON + DAY)
    customer, _ = record_delivery(customer, None, ORDER, NOON + 2 * DAY)
    assert nothing is None
    other, _ = record_purchase(customer, purchase("o-2"))
    assert other.deliveries_awaiting_order == {ORDER: NOON + DAY}
    customer, order = record_purchase(customer, purchase())
    assert order.delivered_at == NOON + DAY
    assert customer.deliveries_awaiting_order == {}


def test_of_two_deliveries_the_earlier_counts_and_the_same_again_changes_nothing():
    customer, order = record_purchase(ANA, purchase())
    customer, late = record_delivery(customer, order, ORDER, NOON + 2 * DAY)
    _, early = record_delivery(customer, late, ORDER, NOON + DAY)
    assert early is not None
    assert early.delivered_at == NOON + DAY
    assert record_delivery(customer, early, ORDER, NOON + DAY)[1] is early
    assert record_delivery(customer, early, ORDER, NOON + 3 * DAY)[1] is early


def test_a_purchase_brings_the_contact_it_names():
    contact = Contact(email="ana@example.com", as_of=NOON)
    told = Purchase(ORDER, Money(1, "EUR"), NOON, SalesChannel.COUNTER, contact)
    customer, order = record_purchase(ANA, told)
    assert customer.contact == contact
    assert order.channel is SalesChannel.COUNTER


def test_an_order_keeps_each_product_once_and_the_first_of_very_many():
    assert products_in(["b", "a", "", "b"]) == ("b", "a")
    assert len(products_in(str(number) for number in range(100))) == 20
