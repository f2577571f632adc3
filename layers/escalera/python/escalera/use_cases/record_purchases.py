"""An order is put into the books, once."""

from collections.abc import Sequence

from escalera.contracts.purchases import PurchaseCompletedV1
from escalera.domain.classes import heard_late
from escalera.domain.entries import leave_by
from escalera.domain.purchases import Purchase, products_in, record_purchase
from escalera.domain.standing import StandingRules, settle
from escalera.domain.vocabulary import OrderId, SalesChannel
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.use_cases.recording import Draft, Outcome, Recorder, record_events
from escalera.use_cases.told import categories_of, contact_of, cost_of, money_of


def record_purchases(
    events: Sequence[PurchaseCompletedV1],
    *,
    customers: CustomerRepository,
    rules: StandingRules,
    clock: Clock,
) -> list[Outcome]:
    """Count each order once: sums, rhythm, rung, class; and end the journeys a purchase ends.

    One read and one transaction of two writes a purchase (the order if new, the customer at its version).
    """

    def apply(event: PurchaseCompletedV1, draft: Draft, index: int) -> None:
        purchase = Purchase(
            order_id=OrderId(event.order_id),
            total=money_of(event.total),
            placed_at=event.occurred_at,
            channel=SalesChannel(event.channel),
            contact=contact_of(event.contact, event.occurred_at) if event.contact else None,
            categories=categories_of(event),
            cost=cost_of(event),
            discount=event.discount.amount if event.discount else 0,
            products=products_in(line.sku for line in event.lines),
        )
        customer, order = record_purchase(draft.customer, purchase)
        if draft.add(order, index):
            customer = heard_late(customer, order.total, order.placed_at, rules.score)
            draft.customer = leave_by(settle(customer, rules, clock.now()), "PurchaseRecorded")

    return record_events(events, Recorder(apply), customers=customers, clock=clock)
