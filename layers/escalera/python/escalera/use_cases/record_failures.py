"""A journey's execution failed: its entry says so, until it is redriven."""

from dataclasses import dataclass, replace
from datetime import datetime

from escalera.domain.entries import fail
from escalera.domain.errors import StaleCustomerError
from escalera.domain.facts import Entry, EntryStatus, FactKey, FactKind
from escalera.domain.once import entry_id
from escalera.domain.vocabulary import CustomerId, EntryId, JourneyName
from escalera.ports.clock import Clock
from escalera.ports.customers import Change, CustomerRepository, SaveOutcome, When, Write

ATTEMPTS = 10
STEP_FAILED = "step_failed"
NOT_ENTERED = "not_entered"


@dataclass(frozen=True, slots=True)
class JourneyEnd:
    """What Step Functions says of an execution that is over."""

    journey: JourneyName
    customer_id: CustomerId
    execution: str
    cause: str
    """The id of the event that started it."""
    failed: bool
    """False: it was redriven, and came to its end."""


def record_failure(end: JourneyEnd, *, customers: CustomerRepository, clock: Clock) -> bool:
    """Note that the execution failed, or that one redriven ended without entering; False: there was nothing to note.

    The customer stays in the journey: what ends it ends it still, and the step that is redriven takes the note away.
    StaleCustomerError: the queue brings it again.
    """
    key = entry_id(end.journey, end.customer_id, end.cause)
    place = FactKey(end.customer_id, FactKind.ENTRY, (end.journey, key))
    for _ in range(ATTEMPTS):
        before = customers.load([end.customer_id])[end.customer_id]
        known = customers.load_facts([place]).get(place)
        entry = known if isinstance(known, Entry) else None
        now = clock.now()
        active = before.active_entries.get(key)
        if end.failed and active is not None and active.execution == end.execution:
            after, noted = fail(before, key, now, reason=STEP_FAILED)
        else:
            after, noted = before, _without_entry(end, entry, key, now)
        if noted is None or (entry is not None and entry.status is noted.status):
            return False
        if (
            customers.save([Change(before, after, (Write(noted, When.ALWAYS),))])[0].outcome
            is SaveOutcome.SAVED
        ):
            return True
    raise StaleCustomerError(
        f"customer {end.customer_id} kept changing while a failed journey was to be noted"
    )


def _without_entry(end: JourneyEnd, known: Entry | None, key: str, now: datetime) -> Entry | None:
    """Of one that failed before it had entered; or that had, was redriven, and did not enter then."""
    if end.failed and known is None:
        return Entry(
            customer_id=end.customer_id,
            journey=end.journey,
            entry_id=EntryId(key),
            execution=end.execution,
            cause=end.cause,
            entered_at=now,
            holdout=False,
            status=EntryStatus.FAILED,
            ended_at=now,
            reason=STEP_FAILED,
        )
    if (
        not end.failed
        and known is not None
        and known.status is EntryStatus.FAILED
        and known.execution == end.execution
    ):
        return replace(known, status=EntryStatus.LEFT, reason=NOT_ENTERED)
    return None
