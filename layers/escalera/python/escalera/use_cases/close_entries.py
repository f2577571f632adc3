"""Entries whose run is over are closed, whatever ended it: a person is in a journey only while something moves them on."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from escalera.domain.entries import OUT_OF_TIME, NotEntered, end, fail
from escalera.domain.errors import StaleCustomerError
from escalera.domain.facts import Entry, EntryStatus, FactKey, FactKind
from escalera.domain.vocabulary import CustomerId
from escalera.ports.clock import Clock
from escalera.ports.customers import Change, CustomerRepository, SaveOutcome, When, Write
from escalera.ports.journeys import JourneyRuns, RunState, RunStatus
from escalera.use_cases.patience import ATTEMPTS, attempts
from escalera.use_cases.record_failures import STEP_FAILED


@dataclass(frozen=True, slots=True)
class EndedRun:
    """A run that ended otherwise than by its own last step, and whose it was."""

    execution: str
    customer_id: CustomerId
    state: RunState
    redrives: int = 0
    """How often it had been set going again by then."""


@dataclass(frozen=True, slots=True)
class ClosingPorts:
    """What entries are closed with."""

    customers: CustomerRepository
    runs: JourneyRuns
    clock: Clock
    journeys: frozenset[str]
    """The journeys of the programme, by name."""


def close_ended_run(
    ended: EndedRun, ports: ClosingPorts, *, pause: Callable[[float], None] = time.sleep
) -> int:
    """Close the entry that this run was moving on, if there still is one; the answer is how many were closed.

    Most runs that end like this were stopped because their customer left: their entry is closed by then.
    Errors: `RetryableError` when the run could not be asked, `StaleCustomerError` when others kept writing the customer.
    """
    customer = ports.customers.load([ended.customer_id])[ended.customer_id]
    keys = [
        FactKey(customer.id, FactKind.ENTRY, (entry.journey, key))
        for key, entry in customer.active_entries.items()
        if entry.execution == ended.execution
    ]
    if not keys:
        return 0
    status = ports.runs.status(ended.execution)
    if status.state is RunState.RUNNING:
        if status.redrives > ended.redrives:
            return 0
        status = RunStatus(ended.state)  # the answer may be seconds old, the event is not
    return sum(_close(key, ended.execution, status, ports, pause) for key in keys)


def close_if_over(key: FactKey, execution: str, ports: ClosingPorts, pause: Callable[[float], None]) -> bool:
    """Close the entry unless this run of it is still under way; whether it was closed. Errors: as `close_ended_run`."""
    status = ports.runs.status(execution)
    return status.state is not RunState.RUNNING and _close(key, execution, status, ports, pause)


def _close(
    key: FactKey, execution: str, status: RunStatus, ports: ClosingPorts, pause: Callable[[float], None]
) -> bool:
    for _ in attempts(pause):
        customer = ports.customers.load([key.customer_id])[key.customer_id]
        entry = ports.customers.load_facts([key]).get(key)
        if not isinstance(entry, Entry) or entry.ended_at is not None or entry.execution != execution:
            return False
        active = customer.active_entries.get(entry.entry_id)
        outcome, reason = _how_it_ended(status, entry, active.leaving if active else "", ports.journeys)
        now = ports.clock.now()
        # Who failed stays in the journey, as failed: the execution may be redriven (`record_failures`).
        may_be_redriven = status.state is RunState.FAILED and entry.journey in ports.journeys
        after, closed = (
            fail(customer, entry.entry_id, now, reason=reason)
            if may_be_redriven and outcome is EntryStatus.FAILED
            else end(customer, entry.entry_id, outcome, now, reason=reason)
        )
        if closed is None:  # its customer has forgotten it: only its own row says that it is open
            closed = replace(entry, status=outcome, ended_at=now, reason=reason, waiting=None)
        saved = ports.customers.save([Change(customer, after, (Write(closed, When.ALWAYS),))])[0]
        if saved.outcome is SaveOutcome.SAVED:
            return True
    raise StaleCustomerError(
        f"customer {key.customer_id} was written by others {ATTEMPTS} times while we tried"
    )


def _how_it_ended(
    status: RunStatus, entry: Entry, leaving: str, journeys: frozenset[str]
) -> tuple[EntryStatus, str]:
    """The entry's status, and the reason that staff read."""
    if leaving or status.reason:
        return EntryStatus.LEFT, leaving or status.reason
    removed = entry.journey not in journeys
    match status.state:
        case RunState.STOPPED | RunState.GONE if removed:
            return EntryStatus.LEFT, NotEntered.REMOVED.value
        case RunState.STOPPED:
            return EntryStatus.LEFT, "execution_stopped"
        case RunState.SUCCEEDED:
            return EntryStatus.LEFT, OUT_OF_TIME
        case RunState.FAILED:
            return EntryStatus.FAILED, STEP_FAILED
        case _:
            return EntryStatus.FAILED, "execution_ended"
