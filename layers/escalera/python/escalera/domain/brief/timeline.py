"""All that happened around a customer, as one line of moments, the latest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import singledispatch

from escalera.domain.brief import words
from escalera.domain.customer import Customer
from escalera.domain.facts import (
    Answer,
    Audit,
    Complaint,
    Entry,
    EntryStatus,
    Fact,
    Message,
    MessageStatus,
    Opinion,
    Order,
    Promise,
    PromiseStatus,
    Refund,
    Reward,
    Silence,
    Task,
)
from escalera.domain.money import Money


class MomentKind(StrEnum):
    """What sort of thing happened."""

    PURCHASE = "purchase"
    CARE = "care"
    """Complaints, answers, promises."""
    MESSAGE = "message"
    JOURNEY = "journey"
    TASK = "task"
    STANDING = "standing"
    """Registered, said yes or no, another class, quiet, back."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened."""

    at: datetime
    kind: MomentKind
    what: str
    detail: str = ""
    """What a customer or somebody of the shop wrote, a reason, a name."""
    money: Money | None = None


def timeline(customer: Customer, facts: Iterable[Fact]) -> tuple[Moment, ...]:
    """Everything, the latest first."""
    found = [*_standing(customer), *(moment for fact in facts for moment in _moments(fact))]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _standing(customer: Customer) -> Iterator[Moment]:
    kind = MomentKind.STANDING
    if customer.registered_at is not None:
        yield Moment(customer.registered_at, kind, "registered")
    for spell in customer.class_history:
        yield Moment(spell.since, kind, f"became class {spell.abc_class}")
    for (purpose, channel), state in customer.consents.items():
        said = "yes" if state.given else "no"
        yield Moment(state.at, kind, f"said {said} to {purpose} by {_by(channel)}")
    for channel, at in customer.unsubscribed.items():
        yield Moment(at, kind, f"wants nothing more by {_by(channel)}")
    for channel, closed in customer.suppressed.items():
        yield Moment(closed.at, kind, f"{_by(channel)} closed", closed.reason.replace("_", " "))
    if customer.erased_at is not None:
        yield Moment(customer.erased_at, kind, "was erased")


@singledispatch
def _moments(fact: Fact) -> Iterator[Moment]:
    raise TypeError(f"nobody knows what to tell of a {type(fact).__name__}")


@_moments.register
def _order(fact: Order) -> Iterator[Moment]:
    kind = MomentKind.PURCHASE
    yield Moment(
        fact.placed_at, kind, f"bought, order {fact.order_id}", ", ".join(fact.categories), fact.total
    )
    if fact.delivered_at is not None:
        yield Moment(fact.delivered_at, kind, f"order {fact.order_id} arrived")


@_moments.register
def _refund(fact: Refund) -> Iterator[Moment]:
    yield Moment(
        fact.refunded_at,
        MomentKind.PURCHASE,
        f"money given back for order {fact.order_id}",
        money=fact.amount,
    )


@_moments.register
def _complaint(fact: Complaint) -> Iterator[Moment]:
    kind, name = MomentKind.CARE, fact.complaint_id
    if fact.raised_at is not None:
        said = "\n".join(filter(None, (fact.subject, fact.text)))
        yield Moment(fact.raised_at, kind, f"complained, case {name}", said)
    if fact.answered_at is not None:
        yield Moment(fact.answered_at, kind, f"had a first answer, case {name}")
    if fact.resolved_at is not None:
        yield Moment(fact.resolved_at, kind, f"case {name} was solved", fact.cause)


@_moments.register
def _answer(fact: Answer) -> Iterator[Moment]:
    yield Moment(
        fact.written_at, MomentKind.CARE, f"{fact.by} wrote an answer, case {fact.complaint_id}", fact.text
    )


@_moments.register
def _opinion(fact: Opinion) -> Iterator[Moment]:
    at = fact.commented_at or fact.scored_at
    yield Moment(at, MomentKind.CARE, f"rated order {fact.order_id}: {fact.score} of 5", fact.comment)


@_moments.register
def _promise(fact: Promise) -> Iterator[Moment]:
    kind, what = MomentKind.CARE, fact.kind.replace("-", " ")
    yield Moment(fact.made_at, kind, f"was promised: {what}")
    if fact.settled_at is not None:
        kept = "kept" if fact.status is PromiseStatus.KEPT else "broken"
        yield Moment(fact.settled_at, kind, f"the promise was {kept}: {what}")


_MESSAGES = {
    MessageStatus.HELD: "held back for now",
    MessageStatus.WITHHELD: "not sent",
    MessageStatus.CLAIMED: "about to be sent",
    MessageStatus.SENDING: "is being sent",
    MessageStatus.RELEASED: "not taken by the provider yet",
    MessageStatus.SENT: "sent",
    MessageStatus.DELIVERED: "arrived",
    MessageStatus.BOUNCED: "came back",
    MessageStatus.COMPLAINED: "was called spam",
    MessageStatus.REFUSED: "not taken by the provider",
    MessageStatus.UNCONFIRMED: "perhaps sent",
}


@_moments.register
def _message(fact: Message) -> Iterator[Moment]:
    by = f" by {_by(fact.channel)}" if fact.channel else ""
    reason = words.reason(fact.reason) if fact.reason else ""
    what = f"{fact.message}{by}: {_MESSAGES[fact.status]}"
    yield Moment(fact.claimed_at or fact.decided_at, MomentKind.MESSAGE, what, reason)


@_moments.register
def _entry(fact: Entry) -> Iterator[Moment]:
    kind, holdout = MomentKind.JOURNEY, " (left alone, to measure)" if fact.holdout else ""
    yield Moment(
        fact.entered_at,
        kind,
        f"entered the journey {fact.journey}{holdout}",
        f"because of {words.cause(fact.cause)}",
    )
    if fact.ended_at is not None:
        ended = {EntryStatus.LEFT: "left", EntryStatus.FAILED: "fell out of"}.get(
            fact.status, "came to the end of"
        )
        why = words.ending(fact.reason) if fact.reason else ""
        yield Moment(fact.ended_at, kind, f"{ended} the journey {fact.journey}", why)


@_moments.register
def _task(fact: Task) -> Iterator[Moment]:
    what = fact.kind.replace("-", " ")
    yield Moment(fact.created_at, MomentKind.TASK, f"task for {fact.team or 'whoever is there'}: {what}")
    if fact.done_at is not None:
        yield Moment(fact.done_at, MomentKind.TASK, f"{fact.done_by} did it: {what}", fact.note)


@_moments.register
def _reward(fact: Reward) -> Iterator[Moment]:
    yield Moment(fact.granted_at, MomentKind.JOURNEY, f"was given the code {fact.code}", fact.reward)


@_moments.register
def _silence(fact: Silence) -> Iterator[Moment]:
    yield Moment(fact.since, MomentKind.STANDING, "went quiet")
    if fact.returned_at is not None:
        yield Moment(fact.returned_at, MomentKind.STANDING, "came back")


@_moments.register
def _audit(fact: Audit) -> Iterator[Moment]:  # noqa: ARG001 - one signature
    yield from ()  # what was changed is told by what changed; who changed what is for owners, on a page of its own


def _by(channel: str) -> str:
    return {"email": "e-mail", "sms": "text message"}.get(channel, channel)
