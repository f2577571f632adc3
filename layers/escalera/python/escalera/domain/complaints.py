"""A complaint's life: raised, answered, resolved, heard of in any order (doctrine L10, L11)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from escalera.domain.customer import Customer
from escalera.domain.facts import Complaint, Promise, PromiseStatus

ANSWER_PROMISE = "answer-complaint"
"""The kind of promise that says by when a complaint is answered."""
_NEVER = datetime.min.replace(tzinfo=UTC)


def merge(known: Complaint | None, told: Complaint) -> Complaint:
    """What we know of a complaint after one more word: the earliest time of each event, the fullest text.

    Of two causes the one found last counts: whoever looks longer knows more. Of one instant, the one that sorts last.
    """
    if known is None:
        return told
    owner = known if known.owner else told
    found = max(known, told, key=lambda one: (one.cause_at or _NEVER, one.cause))
    return replace(
        known,
        raised_at=_earliest(known.raised_at, told.raised_at),
        answered_at=_earliest(known.answered_at, told.answered_at),
        resolved_at=_earliest(known.resolved_at, told.resolved_at),
        order_id=known.order_id or told.order_id,
        subject=known.subject or told.subject,
        text=known.text or told.text,
        cause=found.cause,
        cause_at=found.cause_at,
        promised_at=_earliest(known.promised_at, told.promised_at),
        owner=owner.owner,
        owner_id=owner.owner_id,
        channel=known.channel or told.channel,
    )


def answer_due(complaint: Complaint, answer_within: timedelta) -> datetime | None:
    """By when an answer is owed: the hour promised, else the shop's own time from when it was raised.

    None once it is answered or solved, and for one nobody raised.
    """
    if not complaint.is_open or complaint.raised_at is None or complaint.answered_at is not None:
        return None
    return complaint.promised_at or complaint.raised_at + answer_within


def with_complaint(customer: Customer, complaint: Complaint) -> Customer:
    """The customer with this complaint among the open ones, or not."""
    still_open = {
        key: raised for key, raised in customer.open_complaints.items() if key != complaint.complaint_id
    }
    if complaint.is_open and complaint.raised_at is not None:
        still_open[complaint.complaint_id] = complaint.raised_at
    return (
        customer if still_open == customer.open_complaints else replace(customer, open_complaints=still_open)
    )


def judge_promise(promise: Promise, complaint: Complaint | None, now: datetime) -> Promise:
    """A promised answer is kept by an answer (or a solution) in time, broken once the time has come without one."""
    if promise.status is not PromiseStatus.OPEN:
        return promise
    done = complaint and _earliest(complaint.answered_at, complaint.resolved_at)
    if done and done <= promise.due_at:
        return replace(promise, status=PromiseStatus.KEPT, settled_at=done)
    if now >= promise.due_at:
        return replace(promise, status=PromiseStatus.BROKEN, settled_at=now)
    return promise


def _earliest(*times: datetime | None) -> datetime | None:
    return min((time for time in times if time is not None), default=None)


class Clock(StrEnum):
    """How much of the time to answer is left."""

    LATE = "late"
    """The hour has passed without an answer."""
    NEAR = "near"
    """A quarter of the time is left, or less than an hour."""
    RUNNING = "running"
    STOPPED = "stopped"
    """Answered, or solved."""


def clock_of(complaint: Complaint, answer_within: timedelta, now: datetime) -> Clock:
    """Where the clock of the promised answer stands."""
    due = answer_due(complaint, answer_within)
    if due is None:
        return Clock.STOPPED
    return clock_until(due, complaint.raised_at or due, now)


def clock_until(due: datetime, began: datetime, now: datetime) -> Clock:
    """Where the clock of anything promised stands."""
    if now >= due:
        return Clock.LATE
    return Clock.NEAR if due - now <= max((due - began) / 4, timedelta(hours=1)) else Clock.RUNNING
