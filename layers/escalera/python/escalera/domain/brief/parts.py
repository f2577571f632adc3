"""The parts of a brief: rhythm, worth, what is open, how the customer can be reached, which messages were considered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from escalera.domain.brief import words
from escalera.domain.complaints import Clock, answer_due, clock_of
from escalera.domain.contact_policy import ContactRules, Hold, Proposal, Withhold, judge
from escalera.domain.customer import Customer
from escalera.domain.facts import Answer, Complaint, Entry, Message, MessageStatus, Order
from escalera.domain.money import Money
from escalera.domain.vocabulary import EntryId, MessageChannel, Purpose

_EVER = datetime.max.replace(tzinfo=UTC)
_FOR_EVER = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class BriefTerms:
    """What the programme says that a brief needs to know."""

    contact: ContactRules
    answer_within: timedelta
    currency: str
    """The shop's, in which value is counted."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How the customer buys, and how long they have been silent."""

    last_order_at: datetime | None = None
    silence: timedelta | None = None
    usual_gap: timedelta | None = None
    """Between two orders of theirs, on average; None before the second."""
    unusual_from: datetime | None = None
    """When the silence becomes unusual, if nothing is bought."""
    quiet_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Worth:
    """What the customer brought, and may bring."""

    kept_orders: int
    spent: tuple[Money, ...]
    """Net of what was given back, by currency; nothing where nothing was bought."""
    alive: float | None = None
    """The probability that they still are a customer."""
    expected: Money | None = None
    next_purchase_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenComplaint:
    """A complaint that waits for its solution, or did."""

    complaint: Complaint
    clock: Clock
    due_at: datetime | None
    """By when an answer is owed; None once it was given."""
    answers: tuple[Answer, ...] = ()
    """What was written to the customer, the first one first."""

    @property
    def turn(self) -> tuple[bool, datetime]:
        """Sorts by whose turn it is: by the hour an answer is owed, then the answered ones by when they were raised."""
        return self.due_at is None, self.due_at or self.complaint.raised_at or _EVER


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether a message of each purpose could go by this channel now; in words why not, empty if it could."""

    channel: MessageChannel
    address: str | None
    refused: Mapping[Purpose, str]

    @property
    def is_open(self) -> bool:
        """Whether anything at all can go."""
        return any(not why for why in self.refused.values())


@dataclass(frozen=True, slots=True)
class Considered:
    """A message that was considered, and in words what drove it and why it did not go (doctrine E1)."""

    message: Message
    cause: str
    """What started the journey that wished to send it; empty where the journey's entry is gone."""
    reason: str
    """Why not, or not yet; empty for one that went out."""

    @property
    def went_out(self) -> bool:
        """Whether the provider took it, as far as we know."""
        return self.message.status in _OUT

    @property
    def at(self) -> datetime:
        """When it was decided: by its claim, where there was one."""
        return self.message.claimed_at or self.message.decided_at


_OUT = frozenset(
    {MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.COMPLAINED, MessageStatus.SENDING}
)


def rhythm_of(customer: Customer, now: datetime) -> Rhythm:
    """By the customer's own sums."""
    first, last = customer.first_order_at, customer.last_order_at
    if last is None:
        return Rhythm()
    gap = (last - first) / (customer.orders - 1) if first is not None and customer.orders > 1 else None
    return Rhythm(last, max(now - last, timedelta(0)), gap, customer.quiet_due_at, customer.quiet_since)


def worth_of(customer: Customer, currency: str) -> Worth:
    """By the customer's own sums and the last night's score."""
    spent = (Money(sums.bought - sums.refunded, code) for code, sums in sorted(customer.spending.items()))
    score = customer.score
    if score is None:
        return Worth(customer.kept_orders, tuple(spent))
    expected = None if score.expected_value is None else Money(score.expected_value, currency)
    return Worth(customer.kept_orders, tuple(spent), score.alive, expected, score.next_purchase_at)


def complaint_file(
    complaint: Complaint, answers: Iterable[Answer], terms: BriefTerms, now: datetime
) -> OpenComplaint:
    """The complaint with its clock and the answers to it."""
    own = (one for one in answers if one.complaint_id == complaint.complaint_id)
    return OpenComplaint(
        complaint,
        clock_of(complaint, terms.answer_within, now),
        answer_due(complaint, terms.answer_within),
        tuple(sorted(own, key=lambda one: one.written_at)),
    )


def complaints_of(
    complaints: Iterable[Complaint], answers: Sequence[Answer], terms: BriefTerms, now: datetime
) -> tuple[OpenComplaint, ...]:
    """The open ones, whose answer is owed first at the head; the answered ones last."""
    found = [complaint_file(one, answers, terms, now) for one in complaints if one.is_open]
    return tuple(sorted(found, key=lambda one: one.turn))


def reach_of(customer: Customer, terms: BriefTerms, now: datetime) -> tuple[Reach, ...]:
    """Asked of the contact policy itself."""
    return tuple(
        Reach(
            channel,
            customer.contact.address(channel),
            {purpose: _refusal(customer, purpose, channel, terms, now) for purpose in Purpose},
        )
        for channel in MessageChannel
    )


def _refusal(
    customer: Customer, purpose: Purpose, channel: MessageChannel, terms: BriefTerms, now: datetime
) -> str:
    proposal = Proposal(purpose, sells=purpose is Purpose.PROMOTION, expires_at=now + _FOR_EVER)
    match judge(customer, proposal, channel, now, terms.contact):
        case Withhold(rule) | Hold(rule=rule):
            return words.refusal(rule)
        case _:
            return ""


def considered(messages: Iterable[Message], entries: Iterable[Entry]) -> tuple[Considered, ...]:
    """The messages, the latest first."""
    causes: dict[EntryId, str] = {one.entry_id: words.cause(one.cause) for one in entries}
    found = [
        Considered(one, causes.get(one.entry_id, ""), words.reason(one.reason) if one.reason else "")
        for one in messages
    ]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def latest_orders(orders: Iterable[Order]) -> tuple[Order, ...]:
    """The orders, the latest first."""
    return tuple(sorted(orders, key=lambda one: (one.placed_at, one.order_id), reverse=True))
