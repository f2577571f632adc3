"""What the shop's people should look at today (doctrine E11): out of the lists of work alone, each read up to a bound."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from escalera.domain.brief import OpenComplaint
from escalera.domain.brief.parts import complaints_of
from escalera.domain.complaints import Clock, clock_until
from escalera.domain.customer import Customer
from escalera.domain.facts import (
    Complaint,
    Entry,
    FactKey,
    FactKind,
    Message,
    MessageStatus,
    Promise,
    Silence,
    Task,
)
from escalera.domain.vocabulary import CustomerId
from escalera.domain.work import (
    broken_promises,
    came_back,
    failed_journeys,
    messages_of,
    open_complaints,
    open_promises,
    open_tasks,
    went_quiet,
)
from escalera.journeys.programme import Programme
from escalera.ports.clock import Clock as ClockPort
from escalera.ports.customers import CustomerRepository
from escalera.ports.work import Span, WorkLists
from escalera.use_cases.desk.days import Some, day_span, facts_in
from escalera.use_cases.desk.show_customer import brief_terms

LINES = 30
"""So many lines of each list are shown."""
PROMISES = 300
"""So many promises are looked at for those that are not kept yet."""
MESSAGES = 2000
"""So many messages of a day are counted."""
REDRIVABLE_FOR = timedelta(days=14)
"""So long after its end Step Functions redrives an execution."""
_TAKEN = frozenset(
    {MessageStatus.SENDING, MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.COMPLAINED}
)
_FAILED = frozenset({MessageStatus.BOUNCED, MessageStatus.REFUSED, MessageStatus.UNCONFIRMED})


@dataclass(frozen=True, slots=True)
class TaskDue:
    """A task, and how much of its time is left; RUNNING for one without a due time."""

    task: Task
    clock: Clock


@dataclass(frozen=True, slots=True)
class PromiseDue:
    """Something promised and not done, and how much of its time is left."""

    promise: Promise
    clock: Clock


@dataclass(frozen=True, slots=True)
class MessageTally:
    """What became of the day's messages; `whole` is false where there were more than are counted."""

    sent: int
    failed: int
    """Came back, were refused, or nobody knows."""
    held: Mapping[str, int]
    """Not now, by rule."""
    withheld: Mapping[str, int]
    """Not at all, by rule."""
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Today:
    """The day, as far as it has come."""

    tasks: tuple[TaskDue, ...]
    complaints: tuple[OpenComplaint, ...]
    promises: tuple[PromiseDue, ...]
    broken: Some[Promise]
    """Since yesterday, the latest first."""
    quiet: Some[Silence]
    """Since yesterday, the latest first."""
    back: Some[Silence]
    """Since yesterday, the latest first."""
    messages: MessageTally
    failed: tuple[Entry, ...]
    """Whose journey failed and may still be redriven, the latest first."""
    customers: Mapping[CustomerId, Customer]
    """Everybody these are about."""
    more_tasks: bool = False
    more_complaints: bool = False
    more_promises: bool = False
    more_failed: bool = False


def show_today(
    *, work: WorkLists, customers: CustomerRepository, programme: Programme, clock: ClockPort
) -> Today:
    """Read the lists; what is due first stands first."""
    now, zone = clock.now(), ZoneInfo(programme.shop.default_time_zone)
    today = now.astimezone(zone).date()
    lately = day_span(today - timedelta(days=1), today, zone)
    tasks = work.page(open_tasks(), limit=LINES)
    complaints = work.page(open_complaints(), limit=LINES)
    promises, more_promises = _promises(work, customers, now)
    broken = facts_in(lately, broken_promises, work, most=LINES)
    quiet = facts_in(lately, went_quiet, work, most=LINES)
    back = facts_in(lately, came_back, work, most=LINES)
    redrivable = Span(since=now - REDRIVABLE_FOR)
    failed = work.page(failed_journeys(), span=redrivable, limit=LINES, latest_first=True)
    lists: tuple[Iterable[Task | Complaint | Promise | Silence | Entry], ...] = (
        *(tasks.facts, complaints.facts, broken.facts, quiet.facts, back.facts, failed.facts),
        (one.promise for one in promises),
    )
    about = dict.fromkeys(one.customer_id for some in lists for one in some)
    return Today(
        tasks=tuple(TaskDue(task, task_clock(task, now)) for task in tasks.facts),
        complaints=complaints_of(complaints.facts, (), brief_terms(programme), now),
        promises=promises,
        broken=broken,
        quiet=quiet,
        back=back,
        messages=_tally(facts_in(day_span(today, today, zone), messages_of, work, most=MESSAGES)),
        failed=failed.facts,
        customers=customers.load(about) if about else {},
        more_tasks=bool(tasks.cursor),
        more_complaints=bool(complaints.cursor),
        more_promises=more_promises,
        more_failed=bool(failed.cursor),
    )


def task_clock(task: Task, now: datetime) -> Clock:
    """How much of a task's time is left."""
    return Clock.RUNNING if task.due_at is None else clock_until(task.due_at, task.created_at, now)


def _promises(
    work: WorkLists, customers: CustomerRepository, now: datetime
) -> tuple[tuple[PromiseDue, ...], bool]:
    """Those not kept yet, and whether there may be more: page by page, for any number of kept ones may stand before."""
    found: list[PromiseDue] = []
    cursor = ""
    for _ in range(PROMISES // LINES):
        page = work.page(open_promises(), cursor=cursor, limit=LINES)
        found += _not_kept(page.facts, customers, now)
        cursor = page.cursor
        if not cursor or len(found) >= LINES:
            break
    return tuple(found[:LINES]), bool(cursor) or len(found) > LINES


def _not_kept(
    promises: Sequence[Promise], customers: CustomerRepository, now: datetime
) -> tuple[PromiseDue, ...]:
    """An answer keeps its promise at once, though it is settled on record only when its time comes."""
    keys = [FactKey(one.customer_id, FactKind.COMPLAINT, (one.about,)) for one in promises]
    about = customers.load_facts(dict.fromkeys(keys)) if keys else {}
    return tuple(
        PromiseDue(one, clock_until(one.due_at, one.made_at, now))
        for one, key in zip(promises, keys, strict=True)
        if not (isinstance(known := about.get(key), Complaint) and (known.answered_at or known.resolved_at))
    )


def _tally(found: Some[Message]) -> MessageTally:
    by: dict[MessageStatus, Counter[str]] = {}
    for message in found.facts:
        by.setdefault(message.status, Counter())[message.reason] += 1
    return MessageTally(
        sent=sum(by[status].total() for status in _TAKEN & by.keys()),
        failed=sum(by[status].total() for status in _FAILED & by.keys()),
        held=dict(by.get(MessageStatus.HELD, Counter()).most_common()),
        withheld=dict(by.get(MessageStatus.WITHHELD, Counter()).most_common()),
        whole=not found.more,
    )
