"""News ends journeys, or wakes those that wait for it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from escalera.domain.customer import Customer
from escalera.domain.entries import end, running, wait
from escalera.domain.erasure import ERASED
from escalera.domain.errors import StaleCustomerError
from escalera.domain.facts import Entry, EntryStatus, FactKey, FactKind, Waiting
from escalera.domain.goals import Goal, Reaching, mark_running
from escalera.domain.vocabulary import CustomerId
from escalera.ports.clock import Clock
from escalera.ports.customers import Change, CustomerRepository, SaveOutcome, When, Write
from escalera.ports.journeys import JourneyRuns, Whereabouts

ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class JourneyNews:
    """One of Escalera's own events; `subject` is the order or complaint it is about, or empty."""

    name: str
    event_id: str
    at: datetime
    customer_id: CustomerId
    subject: str = ""

    @property
    def reaching(self) -> Reaching:
        """The same, as goals ask for it."""
        return Reaching(self.name, self.event_id, self.at)


def leave_journeys(
    news: JourneyNews,
    *,
    customers: CustomerRepository,
    runs: JourneyRuns,
    whereabouts: Whereabouts,
    goals: Mapping[str, Goal],
    clock: Clock,
) -> int:
    """Stop the runs that this news ends, wake those that wait for it; the answer is how many moved. Entries, running and
    over, whose goal it is are marked.

    A journey is not ended by the very event that started it. Stopped and woken first, noted after: done twice it does no
    harm, noted without being done it would. StaleCustomerError: the queue brings the news again.
    """
    for _ in range(ATTEMPTS):
        before = customers.load([news.customer_id])[news.customer_id]
        marked = mark_running(before, goals, news.reaching)
        late = _reached_after_the_end(news, before, customers, goals)
        after, ended, moved = _moved(news, marked, runs, whereabouts, clock)
        writes = tuple(Write(entry, When.ALWAYS) for entry in (*late, *ended))
        if after == before and not writes:
            return 0
        if customers.save([Change(before, after, writes)])[0].outcome is SaveOutcome.SAVED:
            return moved
    raise StaleCustomerError(
        f"customer {news.customer_id} kept changing while {news.name} was to end journeys"
    )


def _moved(
    news: JourneyNews, customer: Customer, runs: JourneyRuns, whereabouts: Whereabouts, clock: Clock
) -> tuple[Customer, list[Entry], int]:
    """The customer after their runs were stopped and woken, the entries that ended, and how many moved."""
    moved, over = 0, []
    for key, entry in running(customer, clock.now()).items():
        if entry.cause == news.event_id:
            continue
        now = clock.now()
        if news.name == ERASED or news.name in entry.leaves_on:
            if not entry.is_failed:
                runs.stop(entry.execution, reason=news.name)
            customer, ended = end(customer, key, EntryStatus.LEFT, now, reason=news.name)
            over += [ended] if ended else []
        elif entry.waiting_for == news.name and news.subject in ("", entry.subject) and entry.task_token:
            runs.wake(entry.task_token)
            if entry.waiting_at:
                # It is over: a wait may come next, of which nobody is told.
                place = FactKey(customer.id, FactKind.ENTRY, (entry.journey, key))
                whereabouts.note(place, Waiting(entry.waiting_at, now, now))
            customer = wait(customer, key, None, None)
        else:
            continue
        moved += 1
    return customer, over, moved


def _reached_after_the_end(
    news: JourneyNews, customer: Customer, customers: CustomerRepository, goals: Mapping[str, Goal]
) -> list[Entry]:
    """Entries that are over and reach their goal by this news; read only where there may be one."""
    wanted = {
        journey: goal
        for journey, goal in goals.items()
        if goal.event == news.name and goal.may_be_reached_by(customer, journey, news.at)
    }
    entries = customers.facts_of(customer.id, FactKind.ENTRY) if wanted else ()
    return [
        replace(entry, converted_at=news.at)
        for entry in entries
        if isinstance(entry, Entry)
        and entry.ended_at is not None
        and entry.journey in wanted
        and news.reaching.counts_for(entry, wanted[entry.journey])
    ]
