"""What belongs to a customer is sorted by kind and time, whatever order it is read in."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

from escalera.domain.customer import Customer
from escalera.domain.facts import Complaint, Fact, Order, Refund, Task
from escalera.domain.history import CustomerHistory
from escalera.domain.money import Money
from escalera.domain.vocabulary import (
    ComplaintId,
    CustomerId,
    JourneyName,
    OrderId,
    RefundId,
    SalesChannel,
    TaskId,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANA = CustomerId("ana")


def order(name: str, days: int) -> Order:
    return Order(
        ANA, OrderId(name), Money(100, "EUR"), NOON + timedelta(days=days), SalesChannel.WEB, number=1
    )


def test_facts_are_sorted_by_kind_and_time_whatever_order_they_are_read_in():
    first, second = order("o-2", 0), order("o-1", 3)
    refund = Refund(ANA, OrderId("o-1"), RefundId("r-1"), Money(100, "EUR"), NOON)
    complaint = Complaint(ANA, ComplaintId("k-1"), raised_at=NOON)
    task = Task(ANA, TaskId("t-1"), "call", "sales", "o-1", NOON, None, JourneyName("win-back"))
    told: list[Fact] = [second, first, refund, complaint, task]
    for facts in permutations(told):
        history = CustomerHistory.of(Customer(ANA), facts)
        assert history.orders == (first, second)
        assert history.refunds == (refund,)
        assert history.complaints == (complaint,)
        assert history.promises == ()
