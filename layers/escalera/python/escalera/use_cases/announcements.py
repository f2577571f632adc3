"""What the bus is told when a record changes: a pure function of the old and the new image.

Every event's id is made of what makes it unique, so telling it twice is telling it once to whoever keeps the ids.
"""

# ruff: noqa: ARG001 - each kind of record is told by a function of one signature

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import singledispatch
from typing import Any

from escalera.domain.customer import Customer
from escalera.domain.erasure import ERASED
from escalera.domain.facts import (
    Answer,
    Audit,
    Complaint,
    Entry,
    EntryStatus,
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
from escalera.domain.once import told_event_id
from escalera.domain.switches import Switches
from escalera.ports.events import OutgoingEvent
from escalera.ports.written import Record

_DAY = 86_400
_DETAILS = ("given_name", "family_name", "email", "phone", "language")


def announcements(old: Record | None, new: Record | None, now: datetime) -> list[OutgoingEvent]:
    """The events that this change makes; none for what was removed. `now` dates what has no time of its own."""
    if new is None or old == new:
        return []
    return list(_told(new, old, now))


@singledispatch
def _told(new: Any, old: Any, now: datetime) -> Iterator[OutgoingEvent]:
    raise TypeError(f"nobody knows what to tell of a {type(new).__name__}")


@_told.register
def _customer(new: Customer, old: Customer | None, now: datetime) -> Iterator[OutgoingEvent]:
    before = old or Customer(new.id)
    yield from _standing(before, new, now)
    yield from _worth(before, new, now)
    yield from _wishes(before, new, now)
    for pair, state in new.consents.items():
        known = before.consents.get(pair)
        if known is None or known.given != state.given:
            name = "ConsentGained" if state.given else "ConsentLost"
            yield _event(
                name, new.id, state.at, (*pair, _iso(state.at)), purpose=pair[0], for_channel=pair[1]
            )
    for channel, closed in new.suppressed.items():
        if before.suppressed.get(channel) != closed:
            yield _event(
                "ChannelSuppressed",
                new.id,
                closed.at,
                (channel, _iso(closed.at)),
                for_channel=channel,
                reason=closed.reason,
            )
    for channel, at in new.unsubscribed.items():
        if channel not in before.unsubscribed:
            yield _event(
                "ChannelSuppressed",
                new.id,
                at,
                (channel, _iso(at)),
                for_channel=channel,
                reason="unsubscribed",
            )


def _wishes(before: Customer, new: Customer, now: datetime) -> Iterator[OutgoingEvent]:
    """What the customer did about themselves on their own pages."""
    if new.erased_at is not None:
        if before.erased_at is None:
            yield _event(ERASED, new.id, new.erased_at, (), erased_at=new.erased_at)
        return  # what is gone with the person is no change of theirs
    for channel, at in new.resubscribed.items():
        if channel in before.unsubscribed and channel not in new.unsubscribed:
            yield _event("ChannelReopened", new.id, at, (channel, _iso(at)), for_channel=channel)
    if _wished(new) != _wished(before):
        at = max([*new.wishes_as_of.values(), *(wish.at for wish in new.subjects.values())], default=now)
        yield _event("PreferencesChanged", new.id, at, (str(new.version),), **_wished(new))
    if new.corrected_at is not None and new.corrected_at != before.corrected_at:
        at = new.corrected_at
        details = [name for name in _DETAILS if getattr(new.contact, name) != getattr(before.contact, name)]
        yield _event("ContactCorrected", new.id, at, (_iso(at),), corrected_at=at, details=details)
    yield from _address_changes(before, new)
    asked_at = new.data_requested_at
    if asked_at is not None and asked_at != before.data_requested_at:
        yield _event("OwnDataRequested", new.id, asked_at, (_iso(asked_at),), requested_at=asked_at)


def _address_changes(before: Customer, new: Customer) -> Iterator[OutgoingEvent]:
    """What became of addresses on the customer's own page; no event holds an address."""
    for channel, asked in new.pending_addresses.items():
        if before.pending_addresses.get(channel) != asked:
            at = asked.asked_at
            parts = (channel, _iso(at))
            yield _event("AddressChangeRequested", new.id, at, parts, for_channel=channel, requested_at=at)
    for channel, former in new.former_addresses.items():
        for one in former:
            if one not in before.former_addresses.get(channel, ()):
                at = one.changed_at
                parts = (channel, _iso(at))
                yield _event("AddressChanged", new.id, at, parts, for_channel=channel, changed_at=at)


def _wished(customer: Customer) -> dict[str, Any]:
    within = customer.wished_within
    return {
        "paused_until": customer.paused_until,
        "most_messages": customer.wished_cap,
        "within_days": None if within is None else within.days,
        "unwanted_subjects": sorted(name for name, wish in customer.subjects.items() if not wish.wanted),
    }


def _standing(before: Customer, new: Customer, now: datetime) -> Iterator[OutgoingEvent]:
    if new.rung is not before.rung:
        yield _event(
            "RungChanged",
            new.id,
            now,
            (new.rung, str(new.version)),
            from_rung=before.rung,
            to_rung=new.rung,
            reason=new.rung_reason,
        )
    if new.last_order_at is None:
        return
    if new.quiet_since is not None and before.quiet_since is None:
        yield _event(
            "CustomerWentQuiet",
            new.id,
            now,
            (_iso(new.last_order_at),),
            last_order_at=new.last_order_at,
            silence_days=int((now - new.last_order_at).total_seconds() // _DAY),
            threshold_days=int((new.quiet_since - new.last_order_at).total_seconds() // _DAY),
        )
    if before.quiet_since is not None and new.quiet_since is None:
        details = {"quiet_since": before.quiet_since, "order_at": new.last_order_at}
        yield _event("CustomerReturned", new.id, now, (_iso(new.last_order_at),), **details)


def _worth(before: Customer, new: Customer, now: datetime) -> Iterator[OutgoingEvent]:
    """What changed in class and groups."""
    if new.abc_class is not None and new.abc_class is not before.abc_class:
        at = new.class_history[-1].since if new.class_history else now
        yield _event(
            "ClassChanged",
            new.id,
            at,
            (new.abc_class, str(new.version)),
            from_class=before.abc_class,
            to_class=new.abc_class,
        )
    old_groups = {(one.group, one.since): one for one in before.score.groups} if before.score else {}
    new_groups = {(one.group, one.since): one for one in new.score.groups} if new.score else {}
    for key, one in old_groups.items():
        if key not in new_groups:
            at = new.score.as_of if new.score else now
            parts = (one.group, _iso(one.since))
            yield _event("GroupLeft", new.id, at, parts, group=one.group, joined_at=one.since)
    for key, one in new_groups.items():
        if key not in old_groups:
            details = {"group": one.group, "reason": one.reason, "figures": one.figures}
            yield _event("GroupJoined", new.id, one.since, (one.group, _iso(one.since)), **details)


@_told.register
def _order(new: Order, old: Order | None, now: datetime) -> Iterator[OutgoingEvent]:
    if old is None:
        yield _event(
            "PurchaseRecorded",
            new.customer_id,
            new.placed_at,
            (new.order_id,),
            order_id=new.order_id,
            total=new.total,
            placed_at=new.placed_at,
            order_number=new.number,
            channel=new.channel,
        )
    if new.delivered_at is not None and (old is None or old.delivered_at is None):
        details = {"order_id": new.order_id, "delivered_at": new.delivered_at}
        yield _event("DeliveryRecorded", new.customer_id, new.delivered_at, (new.order_id,), **details)


@_told.register
def _refund(new: Refund, old: Refund | None, now: datetime) -> Iterator[OutgoingEvent]:
    if old is None:
        details = {
            "order_id": new.order_id,
            "refund_id": new.refund_id,
            "amount": new.amount,
            "channel": new.channel,
        }
        parts = (new.order_id, new.refund_id)
        yield _event("RefundRecorded", new.customer_id, new.refunded_at, parts, **details)


@_told.register
def _complaint(new: Complaint, old: Complaint | None, now: datetime) -> Iterator[OutgoingEvent]:
    about = {"complaint_id": new.complaint_id}
    was_open = old is not None and old.is_open
    if new.is_open and not was_open and new.raised_at is not None:
        details = {
            "raised_at": new.raised_at,
            "order_id": new.order_id,
            "channel": new.channel,
        }
        yield _event(
            "ComplaintOpened", new.customer_id, new.raised_at, (new.complaint_id,), **about, **details
        )
    if new.answered_at is not None and (old is None or old.answered_at is None):
        yield _event(
            "ComplaintAnswerRecorded",
            new.customer_id,
            new.answered_at,
            (new.complaint_id,),
            **about,
            answered_at=new.answered_at,
        )
    # A complaint heard of only after it was resolved was never open here: there is nothing to close.
    if was_open and new.resolved_at is not None:
        closed = {"resolved_at": new.resolved_at, "cause": new.cause}
        yield _event(
            "ComplaintClosed", new.customer_id, new.resolved_at, (new.complaint_id,), **about, **closed
        )


@_told.register
def _answer(new: Answer, old: Answer | None, now: datetime) -> Iterator[OutgoingEvent]:
    if old is None:
        details = {"complaint_id": new.complaint_id, "answer_id": new.answer_id, "written_at": new.written_at}
        parts = (new.complaint_id, new.answer_id)
        yield _event("ComplaintAnswerWritten", new.customer_id, new.written_at, parts, **details)


@_told.register
def _opinion(new: Opinion, old: Opinion | None, now: datetime) -> Iterator[OutgoingEvent]:
    at = max(new.scored_at, new.commented_at or new.scored_at)
    details = {"order_id": new.order_id, "score": new.score, "scored_at": new.scored_at}
    if new.comment or not (old and old.comment):  # a comment that is gone was erased with its author
        yield _event(
            "OpinionRecorded",
            new.customer_id,
            at,
            (new.order_id, str(new.score), _iso(at)),
            **details,
        )


@_told.register
def _promise(new: Promise, old: Promise | None, now: datetime) -> Iterator[OutgoingEvent]:
    about = {"promise_id": new.promise_id, "kind": new.kind, "about": new.about, "due_at": new.due_at}
    if old is None:
        yield _event("PromiseMade", new.customer_id, new.made_at, (new.promise_id,), **about)
    if new.settled_at is None or (old is not None and old.status is new.status):
        return
    if new.status is PromiseStatus.KEPT:
        yield _event(
            "PromiseKept",
            new.customer_id,
            new.settled_at,
            (new.promise_id,),
            **about,
            kept_at=new.settled_at,
        )
    else:
        yield _event("PromiseBroken", new.customer_id, new.settled_at, (new.promise_id,), **about)


_MESSAGE_EVENTS = {
    MessageStatus.SENT: "MessageSent",
    MessageStatus.WITHHELD: "MessageWithheld",
    MessageStatus.DELIVERED: "MessageDelivered",
    MessageStatus.BOUNCED: "MessageBounced",
    MessageStatus.REFUSED: "MessageBounced",
    MessageStatus.UNCONFIRMED: "MessageUnconfirmed",
}


@_told.register
def _message(new: Message, old: Message | None, now: datetime) -> Iterator[OutgoingEvent]:
    if old is not None and old.status is new.status:
        return
    about = {
        "message_key": new.message_key,
        "message": new.message,
        "purpose": new.purpose,
        "journey": new.journey,
        "entry_id": new.entry_id,
        "step": new.step,
        "for_channel": new.channel,
    }
    taken = old is not None and old.status in {MessageStatus.SENT, MessageStatus.DELIVERED}
    # Feedback can overtake our own note that it was sent: then both are told here.
    if new.status in {MessageStatus.DELIVERED, MessageStatus.BOUNCED, MessageStatus.COMPLAINED} and not taken:
        yield _event("MessageSent", new.customer_id, new.decided_at, (new.message_key,), **about)
    name = _MESSAGE_EVENTS.get(new.status)
    if name is not None:
        reason = {"reason": new.reason} if name in {"MessageWithheld", "MessageBounced"} else {}
        yield _event(name, new.customer_id, new.decided_at, (new.message_key,), **about, **reason)


@_told.register
def _entry(new: Entry, old: Entry | None, now: datetime) -> Iterator[OutgoingEvent]:
    about = {"journey": new.journey, "entry_id": new.entry_id}
    if old is None:
        yield _event(
            "JourneyEntered", new.customer_id, new.entered_at, (new.entry_id,), **about, holdout=new.holdout
        )
    if new.ended_at is None or (old is not None and old.ended_at is not None):
        return
    name = {EntryStatus.LEFT: "JourneyLeft", EntryStatus.FAILED: "JourneyFailed"}.get(
        new.status, "JourneyFinished"
    )
    reason = {} if name == "JourneyFinished" else {"reason": new.reason}
    yield _event(name, new.customer_id, new.ended_at, (new.entry_id,), **about, **reason)


@_told.register
def _task(new: Task, old: Task | None, now: datetime) -> Iterator[OutgoingEvent]:
    if old is None:
        details = {"kind": new.kind, "team": new.team, "about": new.about, "due_at": new.due_at}
        yield _event(
            "TaskCreated", new.customer_id, new.created_at, (new.task_id,), task_id=new.task_id, **details
        )
    if new.done_at is not None and (old is None or old.done_at is None):
        details = {"kind": new.kind, "team": new.team, "about": new.about, "done_at": new.done_at}
        yield _event("TaskDone", new.customer_id, new.done_at, (new.task_id,), task_id=new.task_id, **details)


@_told.register
def _reward(new: Reward, old: Reward | None, now: datetime) -> Iterator[OutgoingEvent]:
    if old is None:
        details = {"reward": new.reward, "code": new.code, "valid_until": new.valid_until}
        yield _event(
            "RewardGranted",
            new.customer_id,
            new.granted_at,
            (new.reward_id,),
            reward_id=new.reward_id,
            **details,
        )


@_told.register
def _silence(new: Silence, old: Silence | None, now: datetime) -> Iterator[OutgoingEvent]:
    yield from ()  # the customer's own change tells it


@_told.register
def _audit(new: Audit, old: Audit | None, now: datetime) -> Iterator[OutgoingEvent]:
    yield from ()  # who changed what is the shop's own business; what changed is told by what changed


@_told.register
def _switches(new: Switches, old: Switches | None, now: datetime) -> Iterator[OutgoingEvent]:
    before = old or Switches()
    for journey, switch in new.journeys.items():
        known = before.of(journey).pauses
        for pause in switch.pauses:
            if pause in known:
                continue
            if all(pause.since != one.since for one in known):
                yield _own_event("JourneyPaused", pause.since, (journey, _iso(pause.since)), journey=journey)
            if pause.until is not None:
                details = {"journey": journey, "paused_at": pause.since}
                yield _own_event("JourneyResumed", pause.until, (journey, _iso(pause.since)), **details)


def _event(
    name: str, customer_id: str, at: datetime, parts: tuple[str, ...], **details: Any
) -> OutgoingEvent:
    return _own_event(name, at, (customer_id, *parts), customer_id=customer_id, **details)


def _own_event(name: str, at: datetime, parts: tuple[str, ...], **details: Any) -> OutgoingEvent:
    detail = {
        "event_id": told_event_id(name, *parts),
        "version": 1,
        "occurred_at": _iso(at),
        **{
            key: _WRITE.get(type(value), _as_is)(value) for key, value in details.items() if value is not None
        },
    }
    return OutgoingEvent(name=name, detail=detail, occurred_at=at)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _as_is(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


_WRITE: dict[type, Callable[[Any], Any]] = {
    datetime: _iso,
    Money: lambda money: {"amount": money.amount, "currency": money.currency},
}
