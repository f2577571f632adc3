"""One step of one journey, looked at now: what it was asked, whom it is about, and by which ports it may act."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from escalera.contracts.steps import StepPayloadV1
from escalera.domain.contact_policy import ContactRules
from escalera.domain.customer import ActiveEntry, Customer
from escalera.domain.entries import NotEntered
from escalera.domain.facts import Complaint, Fact, FactKey, FactKind, Order, Waiting
from escalera.domain.once import entry_id
from escalera.domain.switches import JourneySwitch
from escalera.domain.vocabulary import CustomerId, EntryId, Language, MessageChannel
from escalera.journeys.occasions import subject_of
from escalera.journeys.programme import Programme
from escalera.ports.clock import Clock
from escalera.ports.customers import Change, CustomerRepository, MessageLedger, Saved, Write
from escalera.ports.journeys import JourneyRuns, Whereabouts
from escalera.ports.messages import MessageRenderer, MessageSender
from escalera.ports.switches import KnownSwitches
from escalera.use_cases.steps.telling import Links, Telling


@dataclass(frozen=True, slots=True)
class StepPorts:
    """All that a step may act by."""

    customers: CustomerRepository
    ledger: MessageLedger
    senders: Mapping[MessageChannel, MessageSender]
    renderer: MessageRenderer
    runs: JourneyRuns
    whereabouts: Whereabouts
    links: Links
    switches: KnownSwitches
    programme: Programme
    clock: Clock


@dataclass(frozen=True, slots=True)
class Visit:
    """The step, its customer as read just now, and the time."""

    payload: StepPayloadV1
    customer: Customer
    now: datetime
    ports: StepPorts

    @property
    def language(self) -> Language:
        """The customer's, else the shop's."""
        return self.customer.contact.language or self.ports.programme.shop.default_language

    @property
    def time_zone(self) -> ZoneInfo:
        """The customer's, else the shop's."""
        return ZoneInfo(self.customer.contact.time_zone or self.ports.programme.shop.default_time_zone)

    @property
    def contact_rules(self) -> ContactRules:
        """When and how often this shop writes."""
        programme = self.ports.programme
        return programme.policy.contact_rules(programme.shop.default_time_zone)

    @property
    def entry_id(self) -> EntryId:
        """The entry this run claims."""
        payload = self.payload
        return entry_id(payload.journey, CustomerId(payload.customer_id), str(payload.cause["event_id"]))

    @property
    def entry(self) -> ActiveEntry | None:
        """The customer's entry, if it is this run's and still counts."""
        entry = self.customer.active_entries.get(self.entry_id)
        if (
            entry is None
            or (entry.until <= self.now and not entry.is_failed)
            or entry.execution != self.payload.execution
        ):
            return None
        return entry

    @property
    def entry_out_of_time(self) -> ActiveEntry | None:
        """The customer's entry, if it is this run's and its time is over."""
        entry = self.customer.active_entries.get(self.entry_id)
        if entry is None or entry.execution != self.payload.execution:
            return None
        return entry if entry.until <= self.now and not entry.is_failed else None

    @property
    def leaving(self) -> str:
        """Why the customer is to leave this journey at once; empty when they are not."""
        if self.entry is None:
            return ""
        removed = self.ports.programme.everybody_leaves(self.payload.journey)
        return self.entry.leaving or (NotEntered.REMOVED.value if removed else "")

    @property
    def switch(self) -> JourneySwitch:
        """Whether this journey is paused, and when it was."""
        return self.ports.switches.of(self.payload.journey)

    @property
    def subject(self) -> str:
        """The order, complaint or promise the cause is about; empty when it is about the customer as such."""
        return subject_of(self.payload.event, self.payload.cause)

    @property
    def telling(self) -> Telling:
        """The same, as messages are told of it."""
        ports, payload = self.ports, self.payload
        return Telling(
            customer=self.customer,
            now=self.now,
            event=payload.event,
            cause=payload.cause,
            entry_id=self.entry_id,
            programme=ports.programme,
            customers=ports.customers,
            renderer=ports.renderer,
            links=ports.links,
        )

    def order(self) -> Order | None:
        """The order the cause is about."""
        fact = self._fact(FactKind.ORDER)
        return fact if isinstance(fact, Order) else None

    def complaint(self) -> Complaint | None:
        """The complaint the cause is about."""
        fact = self._fact(FactKind.COMPLAINT)
        return fact if isinstance(fact, Complaint) else None

    def save(self, after: Customer, *writes: Write) -> Saved:
        """Write what this visit decided, if the customer is still as it was read."""
        return self.ports.customers.save([Change(self.customer, after, writes)])[0]

    def note(self, waiting: Waiting) -> None:
        """Note where the customer waits in this journey, for whoever looks at it; nothing is decided by it."""
        key = FactKey(self.customer.id, FactKind.ENTRY, (self.payload.journey, self.entry_id))
        self.ports.whereabouts.note(key, waiting)

    def _fact(self, kind: FactKind) -> Fact | None:
        if not self.subject:
            return None
        key = FactKey(self.customer.id, kind, (self.subject,))
        return self.ports.customers.load_facts([key]).get(key)
