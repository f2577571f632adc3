"""How events become state: a queue batch is read once and written once, whatever order and however often it comes.

Each use case says what one event does to a draft of its customer; this module does the rest. Events of one customer
are folded into one change. A change that finds its customer newer is decided again on the newer state; an event whose
fact is already there is a duplicate and is dropped, the others of its customer are tried again without it.
"""

import time
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from escalera.contracts.envelope import ShopEvent
from escalera.contracts.error_messages import FieldProblem
from escalera.domain.customer import Customer
from escalera.domain.erasure import fact_without_person, without_person
from escalera.domain.errors import ContractError, PermanentError, StaleCustomerError
from escalera.domain.facts import Fact, FactKey
from escalera.domain.vocabulary import CustomerId
from escalera.ports.clock import Clock
from escalera.ports.customers import Change, CustomerRepository, Saved, SaveOutcome, When, Write
from escalera.use_cases.patience import ATTEMPTS, attempts


class Told(Protocol):
    """Something that happened to one customer: a shop's event, or a piece of a past."""

    @property
    def customer_id(self) -> str:
        """To whom."""

    @property
    def occurred_at(self) -> datetime:
        """When."""


E = TypeVar("E", bound=Told)
S = TypeVar("S", bound=ShopEvent)

AHEAD = timedelta(days=1)
"""So far the clocks of shops may be ahead of ours: room for one that takes its own time zone for UTC."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one event; `error` is None when the state now holds it."""

    error: Exception | None = None
    duplicate: bool = False


@dataclass(slots=True)
class Draft:
    """One customer while a batch is folded into it."""

    before: Customer
    customer: Customer
    facts: dict[FactKey, Fact]
    writes: dict[FactKey, Write] = field(default_factory=dict)
    added_by: dict[FactKey, int] = field(default_factory=dict)

    def get(self, key: FactKey) -> Fact | None:
        """A fact as it is now, this batch's earlier events included."""
        return self.facts.get(key)

    def add(self, fact: Fact, event: int) -> bool:
        """Add a fact that must be new; False if this batch or the state read has it already."""
        if fact.key in self.facts:
            return False
        self._write(fact, When.ABSENT)
        self.added_by[fact.key] = event
        return True

    def put(self, fact: Fact) -> None:
        """Write a fact over what was read; one added in this batch stays an addition."""
        if self.facts.get(fact.key) != fact:
            known = self.writes.get(fact.key)
            self._write(fact, known.when if known else When.ALWAYS)

    def change(self, *, told: bool = True) -> Change | None:
        """What is to be written; None when nothing changed. Of one who was erased, only what names nobody."""
        if self.customer == self.before and not self.writes:
            return None
        if self.before.erased_at is not None:
            self._forget(self.before.erased_at)
        if self.customer == self.before and not self.writes:
            return None
        return Change(self.before, self.customer, tuple(self.writes.values()), told)

    def _forget(self, erased_at: datetime) -> None:
        self.customer = without_person(self.customer, erased_at)
        self.writes = {
            key: Write(fact_without_person(write.fact, erased_at), write.when)
            for key, write in self.writes.items()
        }

    def _write(self, fact: Fact, when: When) -> None:
        self.facts[fact.key] = fact
        self.writes[fact.key] = Write(fact, when)


@dataclass(frozen=True, slots=True)
class Recorder(Generic[E]):
    """What one kind of event does: `apply(event, draft, index)`, and the facts it `needs` read beforehand.

    `finish` is called once for each customer, after all their events; `told` is whether the bus hears of it.
    """

    apply: Callable[[E, Draft, int], None]
    needs: Callable[[E], Iterable[FactKey]] = lambda _: ()
    finish: Callable[[Draft], None] = lambda _: None
    told: bool = True


def record_events(
    events: Sequence[E],
    recorder: Recorder[E],
    *,
    customers: CustomerRepository,
    clock: Clock,
    pause: Callable[[float], None] = time.sleep,
) -> list[Outcome]:
    """Record a batch; the outcomes come in the order of the events. StoreBusyError: nothing more could be written.

    What lies in the future is refused (ContractError): it would be the newest word on its customer until then.
    """
    outcomes = _ahead_of(clock.now(), events)
    waiting = _by_customer(events, without=outcomes)
    for _ in attempts(pause) if waiting else ():
        waiting = _attempt(events, waiting, recorder, customers, outcomes)
        if not waiting:
            break
    for customer_id, indexes in waiting.items():
        error = StaleCustomerError(
            f"customer {customer_id} was written by others {ATTEMPTS} times while we tried"
        )
        outcomes.update(dict.fromkeys(indexes, Outcome(error)))
    return [outcomes[index] for index in range(len(events))]


def by_our_clock(event: S, now: datetime) -> S:
    """The shop's event as it is, or as of now where the shop's clock is ahead of ours by no more than it may be.

    Else what is said until then, by a customer who means it now, would be taken for the older word and lost.
    """
    ahead = now < event.occurred_at <= now + AHEAD
    return event.model_copy(update={"occurred_at": now}) if ahead else event


def in_the_future(occurred_at: datetime, now: datetime) -> FieldProblem | None:
    """Why an event is refused that lies further ahead than the shop's clock may be; None for every other."""
    if occurred_at <= now + AHEAD:
        return None
    found = f"is more than a day after now ({now:%Y-%m-%dT%H:%M:%SZ})"
    return FieldProblem("occurred_at", found, "write the time it happened, with its offset from UTC")


def _ahead_of(now: datetime, events: Sequence[Told]) -> dict[int, Outcome]:
    problems = {index: in_the_future(event.occurred_at, now) for index, event in enumerate(events)}
    return {index: Outcome(ContractError(str(one))) for index, one in problems.items() if one}


def _by_customer(events: Sequence[Told], *, without: Container[int]) -> dict[CustomerId, list[int]]:
    groups: dict[CustomerId, list[int]] = {}
    wanted = (index for index in range(len(events)) if index not in without)
    for index in sorted(wanted, key=lambda one: events[one].occurred_at):
        groups.setdefault(CustomerId(events[index].customer_id), []).append(index)
    return groups


def _attempt(
    events: Sequence[E],
    waiting: Mapping[CustomerId, list[int]],
    recorder: Recorder[E],
    customers: CustomerRepository,
    outcomes: dict[int, Outcome],
) -> dict[CustomerId, list[int]]:
    """Decide and write all that wait; the answer is what has to be decided again."""
    loaded = customers.load(waiting)
    needed = {
        customer_id: [key for index in indexes for key in recorder.needs(events[index])]
        for customer_id, indexes in waiting.items()
    }
    # Around a customer whom nobody has written there is no fact to read.
    wanted = {
        key
        for keys in needed.values()
        for key in keys
        if key.customer_id not in loaded or loaded[key.customer_id].version
    }
    facts = customers.load_facts(wanted) if wanted else {}
    drafts: list[tuple[Draft, list[int]]] = []
    for customer_id, indexes in waiting.items():
        own = {key: facts[key] for key in needed[customer_id] if key in facts}
        draft = Draft(loaded[customer_id], loaded[customer_id], own)
        done = [index for index in indexes if _applied(events[index], index, draft, recorder, outcomes)]
        recorder.finish(draft)
        drafts.append((draft, done))
    changes = [
        (draft, done, change)
        for draft, done in drafts
        if (change := draft.change(told=recorder.told)) is not None
    ]
    for _, done in drafts:
        outcomes.update({index: outcomes.get(index, Outcome()) for index in done})
    again: dict[CustomerId, list[int]] = {}
    for (draft, done, _), saved in zip(
        changes, customers.save([change for *_, change in changes]), strict=True
    ):
        repeated = _to_repeat(draft, done, saved, outcomes)
        if repeated:
            again[draft.before.id] = repeated
    return again


def _applied(event: E, index: int, draft: Draft, recorder: Recorder[E], outcomes: dict[int, Outcome]) -> bool:
    try:
        recorder.apply(event, draft, index)
    except PermanentError as error:
        outcomes[index] = Outcome(error)
        return False
    return True


def _to_repeat(draft: Draft, done: list[int], saved: Saved, outcomes: dict[int, Outcome]) -> list[int]:
    if saved.outcome is SaveOutcome.SAVED:
        return []
    duplicates = {draft.added_by[key] for key in saved.taken if key in draft.added_by}
    outcomes.update(dict.fromkeys(duplicates, Outcome(duplicate=True)))
    return [index for index in done if index not in duplicates]
