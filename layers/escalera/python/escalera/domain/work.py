"""What the shop's people look at across all customers: lists of facts, each in order of time.

A fact stands in one list at most, or in none: what is settled makes room for what is not.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from escalera.domain.facts import (
    Audit,
    Complaint,
    Entry,
    EntryStatus,
    Fact,
    Message,
    MessageStatus,
    Order,
    Promise,
    PromiseStatus,
    Silence,
    Task,
    Waiting,
)
from escalera.domain.vocabulary import JourneyName, OrderId

F_co = TypeVar("F_co", bound=Fact, covariant=True)

LAST = datetime.max.replace(tzinfo=UTC)
"""Where that stands which has no time of its own: after everything else."""


class WorkKind(StrEnum):
    """The kinds of lists."""

    TASKS = "TASKS"
    OPEN_COMPLAINTS = "OPEN_COMPLAINTS"
    CLOSED_COMPLAINTS = "CLOSED_COMPLAINTS"
    OPEN_PROMISES = "OPEN_PROMISES"
    BROKEN_PROMISES = "BROKEN_PROMISES"
    MESSAGES = "MESSAGES"
    WENT_QUIET = "WENT_QUIET"
    CAME_BACK = "CAME_BACK"
    ORDERS = "ORDERS"
    WAITING = "WAITING"
    ENDED = "ENDED"
    FAILED = "FAILED"
    AUDIT = "AUDIT"


@dataclass(frozen=True, slots=True)
class WorkList(Generic[F_co]):
    """One list; `part` says which of its kind: a day, a month, an order."""

    kind: WorkKind
    part: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a fact stands: in which list, and at what time in it."""

    work: WorkList[Fact]
    at: datetime


def open_tasks() -> WorkList[Task]:
    """What teams still have to do, what is due first at the head; what has no due time stands last.

    One list for all teams: in lists by team, the tasks of one that the programme names no more would never be found.
    """
    return WorkList(WorkKind.TASKS)


def open_complaints() -> WorkList[Complaint]:
    """The complaints not solved yet, by the hour promised for an answer; those promised none by when they were raised.

    Those answered already stand last: no clock runs for them, however many are never said to be solved.
    """
    return WorkList(WorkKind.OPEN_COMPLAINTS)


def closed_complaints(month: date) -> WorkList[Complaint]:
    """The solved complaints that were raised in this month (UTC), in order of raising."""
    return WorkList(WorkKind.CLOSED_COMPLAINTS, f"{month:%Y-%m}")


def open_promises() -> WorkList[Promise]:
    """What we promised and have not done yet, by its due time."""
    return WorkList(WorkKind.OPEN_PROMISES)


def broken_promises(day: date) -> WorkList[Promise]:
    """What we promised and had not done when the time came, on this day (UTC)."""
    return WorkList(WorkKind.BROKEN_PROMISES, day.isoformat())


def messages_of(day: date) -> WorkList[Message]:
    """The messages decided on this day (UTC): claimed for sending, held or withheld, as they stand now."""
    return WorkList(WorkKind.MESSAGES, day.isoformat())


def went_quiet(day: date) -> WorkList[Silence]:
    """The silences that became unusual on this day (UTC) and last."""
    return WorkList(WorkKind.WENT_QUIET, day.isoformat())


def came_back(day: date) -> WorkList[Silence]:
    """The silences that a purchase of this day (UTC) ended."""
    return WorkList(WorkKind.CAME_BACK, day.isoformat())


def orders_of_id(order_id: OrderId) -> WorkList[Order]:
    """The orders of this id: one, unless two customers were told with the same."""
    return WorkList(WorkKind.ORDERS, order_id)


def waiting_at(journey: JourneyName, step: str) -> WorkList[Entry]:
    """Who waits at this step of a journey, or is held there, by when that is over."""
    return WorkList(WorkKind.WAITING, f"{journey}/{step}")


def ended_in(journey: JourneyName, month: date) -> WorkList[Entry]:
    """Who came to the end of a journey, or left it, in this month (UTC), in order of ending."""
    return WorkList(WorkKind.ENDED, f"{journey}/{month:%Y-%m}")


def failed_journeys() -> WorkList[Entry]:
    """Whose journey failed and was not redriven, in order of failing."""
    return WorkList(WorkKind.FAILED)


def audit_of(day: date) -> WorkList[Audit]:
    """What the shop's people changed on this day (UTC)."""
    return WorkList(WorkKind.AUDIT, day.isoformat())


def listing(fact: Fact) -> Listing | None:  # noqa: PLR0911 - one return a list reads best
    """Where the fact stands now; None where nobody needs to look at it across customers."""
    match fact:
        case Task(done_at=None):
            return Listing(open_tasks(), fact.due_at or LAST)
        case Complaint():
            return _complaint(fact)
        case Promise():
            return _promise(fact)
        case Message():
            return _message(fact)
        case Silence():
            return _silence(fact)
        case Order():
            return Listing(orders_of_id(fact.order_id), fact.placed_at)
        case Entry():
            return _entry(fact)
        case Audit():
            return Listing(audit_of(_day(fact.at)), fact.at)
        case _:
            return None


_WITHOUT_CLAIM = frozenset({MessageStatus.HELD, MessageStatus.WITHHELD, MessageStatus.REFUSED})
"""What a message may be, or become for good, without ever being claimed."""


def waits(journey: JourneyName, waiting: Waiting) -> Listing:
    """Where somebody stands who waits in a journey."""
    return Listing(waiting_at(journey, waiting.step), waiting.until)


def _entry(fact: Entry) -> Listing | None:
    if fact.status is EntryStatus.FAILED and fact.ended_at is not None:
        return Listing(failed_journeys(), fact.ended_at)
    if fact.ended_at is not None:
        return Listing(ended_in(fact.journey, _day(fact.ended_at)), fact.ended_at)
    return None if fact.waiting is None else waits(fact.journey, fact.waiting)


def _promise(fact: Promise) -> Listing | None:
    if fact.status is PromiseStatus.OPEN:
        return Listing(open_promises(), fact.due_at)
    if fact.status is PromiseStatus.BROKEN and fact.settled_at is not None:
        return Listing(broken_promises(_day(fact.settled_at)), fact.settled_at)
    return None


def _message(fact: Message) -> Listing | None:
    # By the claim, which no later move changes: so what the provider says moves nothing in the list.
    decided = fact.claimed_at or (fact.decided_at if fact.status in _WITHOUT_CLAIM else None)
    return None if decided is None else Listing(messages_of(_day(decided)), decided)


def _silence(fact: Silence) -> Listing:
    if fact.returned_at is None:
        return Listing(went_quiet(_day(fact.since)), fact.since)
    return Listing(came_back(_day(fact.returned_at)), fact.returned_at)


def _complaint(fact: Complaint) -> Listing | None:
    if fact.raised_at is None:
        return None  # heard of by its answer only: nobody complained yet
    if fact.resolved_at is None:
        due = LAST if fact.answered_at is not None else fact.promised_at or fact.raised_at
        return Listing(open_complaints(), due)
    return Listing(closed_complaints(_day(fact.raised_at)), fact.raised_at)


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
