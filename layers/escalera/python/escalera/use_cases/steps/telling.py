"""What a message is told of: the customer, what happened to them, and where more can be looked up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from escalera.domain.customer import Customer
from escalera.domain.facts import Complaint, FactKey, FactKind
from escalera.domain.links import LinkPurpose
from escalera.domain.vocabulary import CustomerId, EntryId
from escalera.journeys.occasions import subject_of
from escalera.journeys.programme import Programme
from escalera.ports.customers import CustomerRepository
from escalera.ports.messages import MessageRenderer


class Links(Protocol):
    """Makes links into a customer's own pages."""

    def to(
        self,
        purpose: LinkPurpose,
        customer_id: CustomerId,
        now: datetime,
        subject: str = "",
        mark: bytes = b"",
    ) -> str:
        """A link for this purpose; `mark`: of the address it is sent to."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One customer, and the Escalera event that a message follows; its detail is the `cause`."""

    customer: Customer
    now: datetime
    event: str
    cause: Mapping[str, Any]
    entry_id: EntryId
    programme: Programme
    customers: CustomerRepository
    renderer: MessageRenderer
    links: Links

    @property
    def time_zone(self) -> ZoneInfo:
        """The customer's, else the shop's."""
        return ZoneInfo(self.customer.contact.time_zone or self.programme.shop.default_time_zone)

    @property
    def subject(self) -> str:
        """The order, complaint or promise the cause is about; empty when it is about the customer as such."""
        return subject_of(self.event, self.cause)

    def complaint(self) -> Complaint | None:
        """The complaint the cause is about."""
        key = FactKey(self.customer.id, FactKind.COMPLAINT, (self.subject,))
        fact = self.customers.load_facts([key]).get(key) if self.subject else None
        return fact if isinstance(fact, Complaint) else None
