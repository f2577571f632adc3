"""The customer as the shop knows them: one immutable value, everything a decision needs in one read.

Sums and counts are kept so that events may come twice, late or in any order and still end in the same state;
`purchases`, `complaints`, `consent` and `entries` hold the functions that change it.
All times are aware UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from escalera.domain.score import CustomerScore
from escalera.domain.vocabulary import (
    AbcClass,
    ComplaintId,
    CustomerId,
    EntryId,
    JourneyName,
    Language,
    MessageChannel,
    OrderId,
    Purpose,
    Rung,
    SubjectName,
    SuppressionReason,
)


@dataclass(frozen=True, slots=True)
class Contact:
    """How to address and reach the customer, as last told to us."""

    given_name: str = ""
    family_name: str = ""
    email: str | None = None
    phone: str | None = None
    """E.164."""
    language: Language | None = None
    time_zone: str | None = None
    """IANA name."""
    as_of: datetime | None = None
    """When the shop learnt the newest of these details."""
    earlier: Mapping[str, datetime] = field(default_factory=dict)
    """When it learnt those it learnt before that, by field: older news of a field does not overwrite newer."""

    def address(self, channel: MessageChannel) -> str | None:
        """Where a message of this channel goes, if anywhere."""
        return self.email if channel is MessageChannel.EMAIL else self.phone


@dataclass(frozen=True, slots=True, order=True)
class Person:
    """Somebody to talk to at a customer that is a company (doctrine P4c)."""

    name: str
    role: str = ""
    email: str = ""
    phone: str = ""
    """E.164."""


@dataclass(frozen=True, slots=True)
class Spending:
    """Running sums in one currency, in minor units."""

    bought: int = 0
    refunded: int = 0


@dataclass(frozen=True, slots=True)
class ConsentState:
    """The last word on one purpose and channel, and when it was said."""

    given: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SubjectWish:
    """The last word on one subject, and when it was said."""

    wanted: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Suppression:
    """A channel closed for ever, for one address (None: whatever the address)."""

    reason: SuppressionReason
    at: datetime
    address: str | None = None
    """SHA-256 of the address that bounced, or at which somebody else complained: a new address is a new start. None for
    the customer's own spam complaint."""


@dataclass(frozen=True, slots=True)
class PendingAddress:
    """An address that the customer asked for on their own page and that nobody has confirmed yet (`address_changes`)."""

    address: str
    asked_at: datetime
    instead_of: str = ""
    """SHA-256 of the address that it is to replace; empty where there was none."""


@dataclass(frozen=True, slots=True)
class FormerAddress:
    """An address that the customer replaced on their own page: from there the change can be taken back."""

    address: str
    changed_at: datetime
    replaced_by: str
    """SHA-256 of the address that came after it."""


@dataclass(frozen=True, slots=True)
class RecentContact:
    """A message that was claimed for sending, kept while it counts for a frequency cap."""

    at: datetime
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class ActiveEntry:
    """A journey the customer is in now."""

    journey: JourneyName
    kind: Purpose
    priority: int
    execution: str
    entered_at: datetime
    until: datetime
    """After this the journey cannot be running any more: the entry no longer counts."""
    cause: str = ""
    """The event that started it."""
    leaves_on: tuple[str, ...] = ()
    subject: str = ""
    """The order or complaint it is about; empty when it is about the customer as such."""
    holdout: bool = False
    leaving: str = ""
    """The event that ends this entry, noted together with what caused it: no step acts from then on."""
    waiting_for: str | None = None
    task_token: str | None = None
    waiting_at: str = ""
    """The step that waits for it."""
    converted_at: datetime | None = None
    """When the journey's goal was reached."""
    failed_at: datetime | None = None
    """When its execution failed last. It may be redriven."""
    redriven_at: str = ""
    """The step that it went on from when it was redriven; empty while it was not."""

    @property
    def is_failed(self) -> bool:
        """Its execution failed, and was not redriven yet."""
        return self.failed_at is not None and not self.redriven_at


@dataclass(frozen=True, slots=True)
class ClassSpell:
    """From when on the customer was of a class (doctrine L9)."""

    abc_class: AbcClass
    since: datetime


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer. `version` counts the writes; 0 is a customer nobody has written yet."""

    id: CustomerId
    version: int = 0
    registered_at: datetime | None = None
    contact: Contact = Contact()
    people: tuple[Person, ...] = ()
    """Whom to talk to, where the customer is a company: as told last, all of them."""
    people_as_of: datetime | None = None
    corrected_at: datetime | None = None
    """When the customer last mended what we know of them, on their own page."""
    data_requested_at: datetime | None = None
    """When the customer last asked for the way to all that we know of them."""
    pending_addresses: Mapping[MessageChannel, PendingAddress] = field(default_factory=dict)
    """What the customer asked to be written to instead, and has not confirmed: it is no address of theirs yet."""
    former_addresses: Mapping[MessageChannel, tuple[FormerAddress, ...]] = field(default_factory=dict)
    """Oldest first, those that can still be taken back."""
    data_links_from: datetime | None = None
    """Links to the data that were made before this open nothing: an address changed since."""
    erased_at: datetime | None = None
    """Since when only what law and statistics need is kept, without the person (`domain.erasure`)."""

    orders: int = 0
    orders_returned: int = 0
    """Orders refunded in full: they do not count as bought."""
    first_order_at: datetime | None = None
    last_order_at: datetime | None = None
    spending: Mapping[str, Spending] = field(default_factory=dict)
    """By ISO 4217 currency."""
    refunds_awaiting_order: Mapping[OrderId, Mapping[str, int]] = field(default_factory=dict)
    """Refunded minor units by currency, of orders we have not heard of yet."""
    deliveries_awaiting_order: Mapping[OrderId, datetime] = field(default_factory=dict)

    rung: Rung = Rung.SUSPECT
    rung_reason: str = "known"
    abc_class: AbcClass | None = None
    """None until the classes were first computed, and for one who never bought."""
    class_history: tuple[ClassSpell, ...] = ()
    """The last classes, oldest first, the present one included. The bus is told every change; this is bounded."""
    score: CustomerScore | None = None
    """What the last night found."""
    quiet_due_at: datetime | None = None
    """When the silence becomes unusual if nothing is bought; None when quiet already, or never bought."""
    quiet_since: datetime | None = None

    open_complaints: Mapping[ComplaintId, datetime] = field(default_factory=dict)
    """When each was raised."""

    consents: Mapping[tuple[Purpose, MessageChannel], ConsentState] = field(default_factory=dict)
    unsubscribed: Mapping[MessageChannel, datetime] = field(default_factory=dict)
    """STOP and its like: nothing at all on this channel."""
    suppressed: Mapping[MessageChannel, Suppression] = field(default_factory=dict)
    resubscribed: Mapping[MessageChannel, datetime] = field(default_factory=dict)
    """When the customer opened a channel again: a STOP from before that counts no more, even if heard of later."""
    subjects: Mapping[SubjectName, SubjectWish] = field(default_factory=dict)
    """What the customer does, or does not, want to hear about."""
    paused_until: datetime | None = None
    wished_cap: int | None = None
    """The customer's own wish: at most so many messages ..."""
    wished_within: timedelta | None = None
    """... in so long; None: in the programme's window."""
    wishes_as_of: Mapping[str, datetime] = field(default_factory=dict)
    """When `pause` and `frequency` were last said: older news of a wish does not overwrite newer."""

    recent_contacts: tuple[RecentContact, ...] = ()
    last_entered: Mapping[JourneyName, datetime] = field(default_factory=dict)
    active_entries: Mapping[EntryId, ActiveEntry] = field(default_factory=dict)

    @property
    def kept_orders(self) -> int:
        """Orders not refunded in full."""
        return self.orders - self.orders_returned

    @property
    def has_open_complaint(self) -> bool:
        """Whether a complaint waits for its solution (doctrine L10)."""
        return bool(self.open_complaints)
