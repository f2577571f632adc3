"""News ends journeys, or wakes those that wait for it."""

from dataclasses import dataclass

from escalera.domain.entries import end, running, wait
from escalera.domain.errors import StaleCustomerError
from escalera.domain.facts import EntryStatus, FactKey, FactKind, Waiting
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
    customer_id: CustomerId
    subject: str = ""


def leave_journeys(
    news: JourneyNews,
    *,
    customers: CustomerRepository,
    runs: JourneyRuns,
    whereabouts: Whereabouts,
    clock: Clock,
) -> int:
    """Stop the runs that this news ends and wake those that wait for it; the answer is how many moved.

    A journey is not ended by the very event that started it. Stopped and woken first, noted after: done twice it does no
    harm, noted without being done it would. StaleCustomerError: the queue brings the news again.
    """
    for _ in range(ATTEMPTS):
        before = customers.load([news.customer_id])[news.customer_id]
        after, writes, moved = before, [], 0
        for key, entry in running(before, clock.now()).items():
            if entry.cause == news.event_id:
                continue
            if news.name in entry.leaves_on:
                runs.stop(entry.execution, reason=news.name)
                after, ended = end(after, key, EntryStatus.LEFT, clock.now(), reason=news.name)
                writes += [Write(ended, When.ALWAYS)] if ended else []
            elif entry.waiting_for == news.name and news.subject in ("", entry.subject) and entry.task_token:
                now = clock.now()
                runs.wake(entry.task_token)
                if entry.waiting_at:
                    # It is over: a wait may come next, of which nobody is told.
                    place = FactKey(before.id, FactKind.ENTRY, (entry.journey, key))
                    whereabouts.note(place, Waiting(entry.waiting_at, now, now))
                after = wait(after, key, None, None)
            else:
                continue
            moved += 1
        if after == before:
            return 0
        if customers.save([Change(before, after, tuple(writes))])[0].outcome is SaveOutcome.SAVED:
            return moved
    raise StaleCustomerError(
        f"customer {news.customer_id} kept changing while {news.name} was to end journeys"
    )
