"""What happened around a customer, one record each: orders, refunds, complaints, promises, messages, ...

The customer holds sums; these hold the single things behind them. Each has a key that never changes, made of
stable identities, so that the same event twice is the same record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from escalera.domain.money import Money
from escalera.domain.staff import Role
from escalera.domain.vocabulary import (
    AnswerId,
    AuditId,
    ComplaintId,
    CustomerId,
    EntryId,
    JourneyName,
    Language,
    MessageChannel,
    MessageKey,
    MessageName,
    OrderId,
    PromiseId,
    Purpose,
    RefundId,
    RewardId,
    SalesChannel,
    TaskId,
)


class FactKind(StrEnum):
    """The kinds of records kept beside the profile."""

    ORDER = "ORDER"
    REFUND = "REFUND"
    COMPLAINT = "COMPLAINT"
    PROMISE = "PROMISE"
    MESSAGE = "MESSAGE"
    ENTRY = "ENTRY"
    TASK = "TASK"
    REWARD = "REWARD"
    SILENCE = "SILENCE"
    OPINION = "OPINION"
    ANSWER = "ANSWER"
    AUDIT = "AUDIT"


@dataclass(frozen=True, slots=True)
class FactKey:
    """Names one record of one customer; `parts` are the identities within its kind."""

    customer_id: CustomerId
    kind: FactKind
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """One purchase."""

    customer_id: CustomerId
    order_id: OrderId
    total: Money
    placed_at: datetime
    channel: SalesChannel
    number: int
    """The how-manyeth order we heard of from this customer, from 1."""
    refunded: int = 0
    """Minor units given back so far."""
    delivered_at: datetime | None = None
    categories: Mapping[str, int] = field(default_factory=dict)
    """Minor units by category of goods, before any discount on the order; empty where no line tells its category."""
    cost: int | None = None
    """What the goods cost the shop, in minor units of the order's currency; None unless every line tells it."""
    discount: int = 0
    """Minor units taken off the price, already gone from `total`."""
    products: tuple[str, ...] = ()
    """The shop's own keys (SKU) of what was bought, each once, in the order of the lines; the first of very many."""

    @property
    def key(self) -> FactKey:
        """`ORDER#<order>`."""
        return FactKey(self.customer_id, FactKind.ORDER, (self.order_id,))

    @property
    def is_returned(self) -> bool:
        """Whether all of it was given back (an order of nothing is kept)."""
        return 0 < self.total.amount <= self.refunded


@dataclass(frozen=True, slots=True)
class Refund:
    """Money given back for an order, in whole or in part."""

    customer_id: CustomerId
    order_id: OrderId
    refund_id: RefundId
    amount: Money
    refunded_at: datetime
    channel: SalesChannel | None = None
    """Where it was given back; None where nobody told."""

    @property
    def key(self) -> FactKey:
        """`REFUND#<order>#<refund>`."""
        return FactKey(self.customer_id, FactKind.REFUND, (self.order_id, self.refund_id))


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint and its clock. Its three events may come in any order: it is open when raised and not resolved."""

    customer_id: CustomerId
    complaint_id: ComplaintId
    raised_at: datetime | None = None
    answered_at: datetime | None = None
    resolved_at: datetime | None = None
    order_id: OrderId | None = None
    subject: str = ""
    text: str = ""
    """In the customer's own words, with its lines; empty where the subject says it all."""
    cause: str = ""
    promised_at: datetime | None = None
    """By when we promised an answer; None while nobody promised one."""
    owner: str = ""
    """Who of the shop takes care of it; empty while nobody does."""
    cause_at: datetime | None = None
    """When `cause` was found; None while there is none."""
    owner_id: str = ""
    """The sign-in's own id of the owner; empty where only a name is known."""
    channel: SalesChannel | None = None
    """Where the customer complained; None where nobody told."""

    @property
    def key(self) -> FactKey:
        """`COMPLAINT#<complaint>`."""
        return FactKey(self.customer_id, FactKind.COMPLAINT, (self.complaint_id,))

    @property
    def is_open(self) -> bool:
        """Raised and not resolved."""
        return self.raised_at is not None and self.resolved_at is None


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody of the shop wrote to a customer who complained."""

    customer_id: CustomerId
    complaint_id: ComplaintId
    answer_id: AnswerId
    text: str
    """As they wrote it, with its lines."""
    written_at: datetime
    by: str
    staff_id: str = ""
    """The sign-in's own id of who wrote it."""

    @property
    def key(self) -> FactKey:
        """`ANSWER#<complaint>#<answer>`."""
        return FactKey(self.customer_id, FactKind.ANSWER, (self.complaint_id, self.answer_id))


class PromiseStatus(StrEnum):
    """What became of a promise."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Promise:
    """Something we said we would do by a time (doctrine E6)."""

    customer_id: CustomerId
    promise_id: PromiseId
    kind: str
    """Such as `answer-complaint`."""
    about: str
    """The complaint or order it is about."""
    made_at: datetime
    due_at: datetime
    status: PromiseStatus = PromiseStatus.OPEN
    settled_at: datetime | None = None

    @property
    def key(self) -> FactKey:
        """`PROMISE#<promise>`."""
        return FactKey(self.customer_id, FactKind.PROMISE, (self.promise_id,))


class MessageStatus(StrEnum):
    """Where a considered message stands. See docs/explanation on the send ledger."""

    HELD = "held"
    """Not now: asked again later."""
    WITHHELD = "withheld"
    """Decided against; `reason` says by which rule."""
    CLAIMED = "claimed"
    """May be sent by whoever wrote this. Nothing has left yet: whoever looks at it anew may claim it anew."""
    SENDING = "sending"
    """On its way to the provider, which may have it: nobody else may send it."""
    RELEASED = "released"
    """The provider surely did not take it (throttled): may be claimed again."""
    SENT = "sent"
    """The provider took it."""
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    REFUSED = "refused"
    """The provider will never take it."""
    UNCONFIRMED = "unconfirmed"
    """On its way to the provider, which never said a word: it is not sent again."""


UNSENT = frozenset({MessageStatus.HELD, MessageStatus.CLAIMED, MessageStatus.RELEASED})
"""Nothing has left, and it may still leave."""


@dataclass(frozen=True, slots=True)
class Message:
    """One considered message: why did, or didn't, the customer get it?"""

    customer_id: CustomerId
    message_key: MessageKey
    message: MessageName
    purpose: Purpose
    journey: JourneyName
    entry_id: EntryId
    step: str
    status: MessageStatus
    considered_at: datetime
    """When it was first asked for: its expiry counts from here."""
    decided_at: datetime
    channel: MessageChannel | None = None
    language: Language | None = None
    reason: str = ""
    provider_id: str = ""
    claimed_at: datetime | None = None
    """When it was claimed for sending, last, however its status moved since.

    None while it is held or withheld, and where it was refused before it could be claimed.
    """

    @property
    def key(self) -> FactKey:
        """`MESSAGE#<key>`."""
        return FactKey(self.customer_id, FactKind.MESSAGE, (self.message_key,))


class EntryStatus(StrEnum):
    """What became of a journey entry."""

    ACTIVE = "active"
    LEFT = "left"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where in a journey somebody waits, as it was noted last: nobody is told of a wait that follows a wait."""

    step: str
    since: datetime
    until: datetime
    """When it is over at the latest; what is waited for may come before."""
    reason: str = ""
    """Why a step is held, to be tried again at `until`; empty for the journey's own waits."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A customer in a journey, from claim to end."""

    customer_id: CustomerId
    journey: JourneyName
    entry_id: EntryId
    execution: str
    cause: str
    """The event that started it."""
    entered_at: datetime
    holdout: bool
    status: EntryStatus = EntryStatus.ACTIVE
    ended_at: datetime | None = None
    reason: str = ""
    waiting: Waiting | None = None
    """None when over, and while it is on its way from one step to the next."""
    converted_at: datetime | None = None
    """When the journey's goal was reached, during the journey or after it; on the entry from its end on."""

    @property
    def key(self) -> FactKey:
        """`ENTRY#<journey>#<entry>`."""
        return FactKey(self.customer_id, FactKind.ENTRY, (self.journey, self.entry_id))


@dataclass(frozen=True, slots=True)
class Task:
    """Something a team should do for this customer in person."""

    customer_id: CustomerId
    task_id: TaskId
    kind: str
    team: str
    about: str
    created_at: datetime
    due_at: datetime | None
    journey: JourneyName
    done_at: datetime | None = None
    """None while it is still to be done."""
    done_by: str = ""
    note: str = ""
    """What came of it, in the words of whoever did it."""
    done_by_id: str = ""
    """The sign-in's own id of who did it."""
    owner: str = ""
    """Who of the team has taken it; empty while nobody has."""
    owner_id: str = ""
    """The sign-in's own id of the owner."""

    @property
    def key(self) -> FactKey:
        """`TASK#<task>`."""
        return FactKey(self.customer_id, FactKind.TASK, (self.task_id,))


@dataclass(frozen=True, slots=True)
class Reward:
    """A code the customer may use until the date stated, that day included."""

    customer_id: CustomerId
    reward_id: RewardId
    reward: str
    code: str
    granted_at: datetime
    valid_until: datetime
    entry_id: EntryId

    @property
    def key(self) -> FactKey:
        """`REWARD#<reward>`."""
        return FactKey(self.customer_id, FactKind.REWARD, (self.reward_id,))


@dataclass(frozen=True, slots=True)
class Silence:
    """A time without purchases that was unusual for this customer (doctrine S1)."""

    customer_id: CustomerId
    since: datetime
    """When it became unusual."""
    last_order_at: datetime
    returned_at: datetime | None = None
    """The purchase that ended it; None while it lasts."""

    @property
    def key(self) -> FactKey:
        """`SILENCE#<since>`."""
        return FactKey(self.customer_id, FactKind.SILENCE, (self.since.astimezone(UTC).isoformat(),))


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the customer thinks of an order (doctrine S9). One an order: asked again, they change it."""

    customer_id: CustomerId
    order_id: OrderId
    score: int
    """From 1, very bad, to 5, very good."""
    scored_at: datetime
    comment: str = ""
    commented_at: datetime | None = None

    @property
    def key(self) -> FactKey:
        """`OPINION#<order>`."""
        return FactKey(self.customer_id, FactKind.OPINION, (self.order_id,))


@dataclass(frozen=True, slots=True)
class Audit:
    """A change that somebody of the shop made: who, when, what. Written together with the change, and never changed."""

    customer_id: CustomerId
    """NOBODY for a change of the shop itself."""
    audit_id: AuditId
    at: datetime
    by: str
    role: Role
    what: str
    """A constant phrase, such as `task finished`."""
    about: str = ""
    """The task, complaint, journey, ... by its id or name."""
    detail: str = ""
    """What it became: the owner's name, the cause."""
    staff_id: str = ""
    """The sign-in's own id of who did it."""

    @property
    def key(self) -> FactKey:
        """`AUDIT#<at>#<audit>`: in order of time."""
        return FactKey(self.customer_id, FactKind.AUDIT, (self.at.astimezone(UTC).isoformat(), self.audit_id))


Fact = (
    Order
    | Refund
    | Complaint
    | Promise
    | Message
    | Entry
    | Task
    | Reward
    | Silence
    | Opinion
    | Answer
    | Audit
)
