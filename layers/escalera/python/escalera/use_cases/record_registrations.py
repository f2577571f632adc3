"""Who the customer is."""

from collections.abc import Sequence
from dataclasses import replace

from escalera.contracts.customers import CustomerRegisteredV1
from escalera.domain.contacts import with_contact, with_people
from escalera.domain.customer import Person
from escalera.domain.standing import StandingRules, settle
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.use_cases.recording import Draft, Outcome, Recorder, record_events
from escalera.use_cases.told import contact_of


def record_registrations(
    events: Sequence[CustomerRegisteredV1],
    *,
    customers: CustomerRepository,
    rules: StandingRules,
    clock: Clock,
) -> list[Outcome]:
    """Take over contact details, the newest told; the first registration is the one remembered."""

    def apply(event: CustomerRegisteredV1, draft: Draft, _: int) -> None:
        customer = with_contact(draft.customer, contact_of(event, event.occurred_at))
        if event.people is not None:
            told = tuple(Person(one.name, one.role, one.email or "", one.phone or "") for one in event.people)
            customer = with_people(customer, told, event.occurred_at)
        first = min(customer.registered_at or event.occurred_at, event.occurred_at)
        draft.customer = settle(replace(customer, registered_at=first), rules, clock.now())

    return record_events(events, Recorder(apply), customers=customers, clock=clock)
