"""A complaint is raised, answered, resolved, in whatever order we hear of it."""

from collections.abc import Iterable, Sequence

from escalera.contracts.complaints import ComplaintAnsweredV1, ComplaintRaisedV1, ComplaintResolvedV1
from escalera.domain.complaints import merge, with_complaint
from escalera.domain.entries import leave_by
from escalera.domain.facts import Complaint, FactKey, FactKind
from escalera.domain.standing import StandingRules
from escalera.domain.vocabulary import ComplaintId, CustomerId, OrderId, SalesChannel
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.use_cases.recording import Draft, Outcome, Recorder, record_events

ComplaintEvent = ComplaintRaisedV1 | ComplaintAnsweredV1 | ComplaintResolvedV1


def record_complaints(
    events: Sequence[ComplaintEvent],
    *,
    customers: CustomerRepository,
    rules: StandingRules,  # noqa: ARG001 - one signature for all that record
    clock: Clock,
) -> list[Outcome]:
    """Merge each word on a complaint into what is known; while one is open the customer is sold nothing."""

    def apply(event: ComplaintEvent, draft: Draft, _: int) -> None:
        hear_complaint(draft, _told(event))

    def needs(event: ComplaintEvent) -> Iterable[FactKey]:
        return (_key(event),)

    return record_events(events, Recorder(apply, needs), customers=customers, clock=clock)


def hear_complaint(draft: Draft, told: Complaint) -> None:
    """One more word on a complaint, the fact of which was read beforehand; a new one ends what it should."""
    known = draft.get(told.key)
    complaint = merge(known if isinstance(known, Complaint) else None, told)
    draft.put(complaint)
    before = draft.customer
    draft.customer = with_complaint(before, complaint)
    if draft.customer.open_complaints.keys() - before.open_complaints.keys():
        draft.customer = leave_by(draft.customer, "ComplaintOpened")


def _key(event: ComplaintEvent) -> FactKey:
    return FactKey(CustomerId(event.customer_id), FactKind.COMPLAINT, (event.complaint_id,))


def _told(event: ComplaintEvent) -> Complaint:
    customer_id, complaint_id = CustomerId(event.customer_id), ComplaintId(event.complaint_id)
    if isinstance(event, ComplaintRaisedV1):
        return Complaint(
            customer_id,
            complaint_id,
            raised_at=event.occurred_at,
            order_id=OrderId(event.order_id) if event.order_id else None,
            subject=event.subject,
            text=event.text,
            channel=SalesChannel(event.channel),
        )
    if isinstance(event, ComplaintAnsweredV1):
        return Complaint(customer_id, complaint_id, answered_at=event.occurred_at)
    return Complaint(
        customer_id,
        complaint_id,
        resolved_at=event.occurred_at,
        cause=event.cause,
        cause_at=event.occurred_at if event.cause else None,
    )
