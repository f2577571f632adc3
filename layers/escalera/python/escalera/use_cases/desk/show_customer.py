"""The card of one customer."""

from datetime import timedelta

from escalera.domain.brief import BriefTerms, CustomerBrief, brief_of
from escalera.domain.errors import NotThereError
from escalera.domain.vocabulary import CustomerId
from escalera.journeys.programme import Programme
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository


def show_customer(
    customer_id: CustomerId, *, customers: CustomerRepository, programme: Programme, clock: Clock
) -> CustomerBrief:
    """Read one customer in two questions to the table: who they are, and all that is known around them.

    Errors: `NotThereError` for one nobody knows.
    """
    customer = customers.load([customer_id])[customer_id]
    if not customer.version:
        raise NotThereError(f"no customer is known by the id {customer_id}: look them up again")
    return brief_of(customer, customers.facts_of(customer_id), brief_terms(programme), clock.now())


def brief_terms(programme: Programme) -> BriefTerms:
    """What the programme says that a brief needs to know."""
    return BriefTerms(
        contact=programme.policy.contact_rules(programme.shop.default_time_zone),
        answer_within=timedelta(seconds=programme.policy.answer_within),
        currency=programme.shop.currency,
    )
