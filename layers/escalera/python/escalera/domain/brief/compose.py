"""A customer's brief, put together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from escalera.domain.brief.advice import Advice, Known, advice_for
from escalera.domain.brief.parts import (
    BriefTerms,
    Considered,
    OpenComplaint,
    Reach,
    Rhythm,
    Worth,
    complaints_of,
    considered,
    latest_orders,
    reach_of,
    rhythm_of,
    worth_of,
)
from escalera.domain.brief.timeline import Moment, timeline
from escalera.domain.complaints import judge_promise
from escalera.domain.customer import Customer
from escalera.domain.entries import running
from escalera.domain.facts import (
    Answer,
    Complaint,
    Entry,
    EntryStatus,
    Fact,
    Message,
    Opinion,
    Order,
    Promise,
    PromiseStatus,
    Refund,
    Reward,
    Silence,
    Task,
)
from escalera.domain.vocabulary import ComplaintId

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class CustomerBrief:
    """What somebody who talks to this customer should know."""

    customer: Customer
    as_of: datetime
    rhythm: Rhythm
    worth: Worth
    orders: tuple[Order, ...]
    """The latest first."""
    complaints: tuple[OpenComplaint, ...]
    promises: tuple[Promise, ...]
    """Open ones, the next due first."""
    tasks: tuple[Task, ...]
    """Still to be done, the next due first."""
    rewards: tuple[Reward, ...]
    """Codes that are good still."""
    reach: tuple[Reach, ...]
    messages: tuple[Considered, ...]
    """The latest first."""
    journeys: tuple[Entry, ...]
    """Those the customer is in, the latest first."""
    advice: tuple[Advice, ...]
    timeline: tuple[Moment, ...]


def brief_of(customer: Customer, facts: Sequence[Fact], terms: BriefTerms, now: datetime) -> CustomerBrief:
    """All of it, from what is known at `now`."""
    tasks = [one for one in _all(facts, Task) if one.done_at is None]
    entries, orders = _all(facts, Entry), latest_orders(_all(facts, Order))
    about = {one.complaint_id: one for one in _all(facts, Complaint)}
    # As they stand now: what an answer kept is settled on record only when its time comes.
    promises = [judge_promise(one, about.get(ComplaintId(one.about)), now) for one in _all(facts, Promise)]
    complaints = complaints_of(about.values(), _all(facts, Answer), terms, now)
    rewards = tuple(one for one in _all(facts, Reward) if now <= one.valid_until)
    rhythm, reach = rhythm_of(customer, now), reach_of(customer, terms, now)
    open_tasks = tuple(sorted(tasks, key=lambda one: (one.due_at is None, one.due_at or one.created_at)))
    known = Known(
        customer=customer,
        now=now,
        rhythm=rhythm,
        complaints=complaints,
        promises=tuple(promises),
        tasks=open_tasks,
        orders=orders,
        refunds=tuple(_all(facts, Refund)),
        rewards=rewards,
        silences=tuple(_all(facts, Silence)),
        opinions=tuple(_all(facts, Opinion)),
        reach=reach,
    )
    return CustomerBrief(
        customer=customer,
        as_of=now,
        rhythm=rhythm,
        worth=worth_of(customer, terms.currency),
        orders=orders,
        complaints=complaints,
        promises=tuple(
            sorted((one for one in promises if one.status is PromiseStatus.OPEN), key=lambda one: one.due_at)
        ),
        tasks=open_tasks,
        rewards=rewards,
        reach=reach,
        messages=considered(_all(facts, Message), entries),
        journeys=_in_now(customer, entries, now),
        advice=advice_for(known),
        timeline=timeline(customer, facts),
    )


def _in_now(customer: Customer, entries: Sequence[Entry], now: datetime) -> tuple[Entry, ...]:
    # By the customer, who says it first: an entry's own record is closed by its run.
    there = running(customer, now)
    found = [one for one in entries if one.entry_id in there and one.status is EntryStatus.ACTIVE]
    return tuple(sorted(found, key=lambda one: one.entered_at, reverse=True))


def _all(facts: Sequence[Fact], kind: type[F]) -> list[F]:
    return [fact for fact in facts if isinstance(fact, kind)]
