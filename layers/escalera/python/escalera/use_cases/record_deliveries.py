"""An order arrived."""

from collections.abc import Iterable, Sequence

from escalera.contracts.purchases import DeliveryCompletedV1
from escalera.domain.facts import FactKey, FactKind, Order
from escalera.domain.purchases import record_delivery
from escalera.domain.standing import StandingRules
from escalera.domain.vocabulary import CustomerId, OrderId
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.use_cases.recording import Draft, Outcome, Recorder, record_events


def record_deliveries(
    events: Sequence[DeliveryCompletedV1],
    *,
    customers: CustomerRepository,
    rules: StandingRules,  # noqa: ARG001 - one signature for all that record
    clock: Clock,
) -> list[Outcome]:
    """Note when each order arrived; a delivery that comes before its purchase waits for it on the customer."""

    def key(event: DeliveryCompletedV1) -> FactKey:
        return FactKey(CustomerId(event.customer_id), FactKind.ORDER, (event.order_id,))

    def apply(event: DeliveryCompletedV1, draft: Draft, _: int) -> None:
        order = draft.get(key(event))
        known = order if isinstance(order, Order) else None
        draft.customer, after = record_delivery(
            draft.customer, known, OrderId(event.order_id), event.occurred_at
        )
        if after is not None:
            draft.put(after)

    def needs(event: DeliveryCompletedV1) -> Iterable[FactKey]:
        return (key(event),)

    return record_events(events, Recorder(apply, needs), customers=customers, clock=clock)
