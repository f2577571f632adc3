"""A customer with everything that happened: what scoring and measuring read, one customer at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from escalera.domain.customer import Customer
from escalera.domain.facts import Complaint, Fact, Order, Promise, Refund


@dataclass(frozen=True, slots=True)
class CustomerHistory:
    """The customer and the single things behind their sums; orders and refunds oldest first."""

    customer: Customer
    orders: tuple[Order, ...] = ()
    refunds: tuple[Refund, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    promises: tuple[Promise, ...] = ()

    @classmethod
    def of(cls, customer: Customer, facts: Iterable[Fact]) -> Self:
        """Sort a customer's facts, given in any order; kinds that no score needs are passed over."""
        orders: list[Order] = []
        refunds: list[Refund] = []
        complaints: list[Complaint] = []
        promises: list[Promise] = []
        for fact in facts:
            match fact:
                case Order():
                    orders.append(fact)
                case Refund():
                    refunds.append(fact)
                case Complaint():
                    complaints.append(fact)
                case Promise():
                    promises.append(fact)
                case _:
                    pass
        return cls(
            customer,
            tuple(sorted(orders, key=lambda order: (order.placed_at, order.order_id))),
            tuple(
                sorted(refunds, key=lambda refund: (refund.refunded_at, refund.order_id, refund.refund_id))
            ),
            tuple(complaints),
            tuple(promises),
        )
