"""Money is given back, once per refund."""

from collections.abc import Iterable, Sequence

from escalera.contracts.purchases import PurchaseRefundedV1
from escalera.domain.classes import heard_late
from escalera.domain.facts import FactKey, FactKind, Order, Refund
from escalera.domain.money import Money
from escalera.domain.purchases import record_refund
from escalera.domain.standing import StandingRules, settle
from escalera.domain.vocabulary import CustomerId, OrderId, RefundId, SalesChannel
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.use_cases.recording import Draft, Outcome, Recorder, record_events
from escalera.use_cases.told import money_of


def record_refunds(
    events: Sequence[PurchaseRefundedV1],
    *,
    customers: CustomerRepository,
    rules: StandingRules,
    clock: Clock,
) -> list[Outcome]:
    """Count each refund once; one that comes before its purchase waits for it on the customer."""

    def apply(event: PurchaseRefundedV1, draft: Draft, index: int) -> None:
        refund = Refund(
            customer_id=CustomerId(event.customer_id),
            order_id=OrderId(event.order_id),
            refund_id=RefundId(event.refund_id),
            amount=money_of(event.amount),
            refunded_at=event.occurred_at,
            channel=SalesChannel(event.channel),
        )
        order = draft.get(_order_key(event))
        known = order if isinstance(order, Order) else None
        customer, after = record_refund(draft.customer, known, refund)
        if not draft.add(refund, index):
            return
        if after is not None:
            draft.put(after)
        given_back = Money(-refund.amount.amount, refund.amount.currency)
        customer = heard_late(customer, given_back, refund.refunded_at, rules.score)
        draft.customer = settle(customer, rules, clock.now())

    def needs(event: PurchaseRefundedV1) -> Iterable[FactKey]:
        return (_order_key(event),)

    return record_events(events, Recorder(apply, needs), customers=customers, clock=clock)


def _order_key(event: PurchaseRefundedV1) -> FactKey:
    return FactKey(CustomerId(event.customer_id), FactKind.ORDER, (event.order_id,))
