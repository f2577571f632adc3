"""One complaint with all that belongs to it: its order, what was promised, what was answered and whether that went out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from escalera.domain.brief import Considered, OpenComplaint, Reach
from escalera.domain.brief.parts import complaint_file, considered, reach_of
from escalera.domain.customer import Customer
from escalera.domain.errors import NotThereError
from escalera.domain.facts import Answer, Complaint, Entry, Fact, Message, Order, Promise
from escalera.domain.once import told_event_id
from escalera.domain.vocabulary import AnswerId, ComplaintId, CustomerId, MessageChannel
from escalera.journeys.programme import Programme
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.use_cases.desk.show_customer import brief_terms


@dataclass(frozen=True, slots=True)
class ComplaintFile:
    """A complaint, open or solved."""

    customer: Customer
    file: OpenComplaint
    order: Order | None
    """The one complained of, if we know it."""
    promises: tuple[Promise, ...]
    sent: Mapping[AnswerId, Considered]
    """What became of each answer's message; one that is missing is not considered yet."""
    by_email: Reach
    """Whether an answer could go by e-mail now."""


def show_complaint(
    customer_id: CustomerId,
    complaint_id: ComplaintId,
    *,
    customers: CustomerRepository,
    programme: Programme,
    clock: Clock,
) -> ComplaintFile:
    """Read it in two questions to the table. Errors: `NotThereError`."""
    customer = customers.load([customer_id])[customer_id]
    facts = customers.facts_of(customer_id)
    complaint = next(
        (one for one in facts if isinstance(one, Complaint) and one.complaint_id == complaint_id), None
    )
    if complaint is None:
        raise NotThereError(f"customer {customer_id} has no complaint {complaint_id}: reload the list")
    terms, now = brief_terms(programme), clock.now()
    answers = [one for one in facts if isinstance(one, Answer) and one.complaint_id == complaint_id]
    reach = {one.channel: one for one in reach_of(customer, terms, now)}
    return ComplaintFile(
        customer,
        complaint_file(complaint, answers, terms, now),
        next((one for one in facts if isinstance(one, Order) and one.order_id == complaint.order_id), None),
        tuple(one for one in facts if isinstance(one, Promise) and one.about == complaint_id),
        _sent(answers, facts),
        reach[MessageChannel.EMAIL],
    )


def _sent(answers: Iterable[Answer], facts: Sequence[Fact]) -> dict[AnswerId, Considered]:
    """The message of each answer: that of the journey which the news of it started."""
    entries = [one for one in facts if isinstance(one, Entry)]
    messages = considered((one for one in facts if isinstance(one, Message)), entries)
    started = {one.cause: one.entry_id for one in entries}
    found = {}
    for answer in answers:
        parts = (answer.customer_id, answer.complaint_id, answer.answer_id)
        entry = started.get(told_event_id("ComplaintAnswerWritten", *parts))
        message = next((one for one in messages if one.message.entry_id == entry), None)
        if message is not None:
            found[answer.answer_id] = message
    return found
