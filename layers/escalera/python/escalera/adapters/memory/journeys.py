"""Runs of journeys that nobody runs: what was wished is kept. And where those who are in them wait."""

from collections.abc import Mapping
from dataclasses import replace

from escalera.adapters.memory.customers import InMemoryCustomerRepository
from escalera.domain.facts import Entry, EntryStatus, FactKey, Waiting
from escalera.ports.journeys import RunState, RunStatus


class InMemoryJourneyRuns:
    """`JourneyRuns` that keeps which were stopped (with the reason) and which tokens were woken."""

    def __init__(self) -> None:
        self.stopped: dict[str, str] = {}
        self.woken: list[str] = []
        self.ended: dict[str, RunState] = {}
        """How runs ended that nobody stopped; what is neither here nor stopped still runs."""

    def stop(self, execution: str, *, reason: str) -> None:
        """Stop once; a run that is over already stays as it ended."""
        self.stopped.setdefault(execution, reason)

    def wake(self, task_token: str) -> None:
        """Wake once; a token that was used already is no error."""
        if task_token not in self.woken:
            self.woken.append(task_token)

    def status(self, execution: str) -> RunStatus:
        """As it was told, or stopped; else it runs."""
        if execution in self.stopped:
            return RunStatus(RunState.STOPPED, self.stopped[execution])
        return RunStatus(self.ended.get(execution, RunState.RUNNING))


class InMemoryJourneySteps:
    """`JourneySteps` in memory."""

    def __init__(self) -> None:
        self._known: dict[str, frozenset[str]] = {}

    def known(self) -> Mapping[str, frozenset[str]]:
        """As they were remembered."""
        return dict(self._known)

    def remember(self, steps: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
        """Add them."""
        for journey, ids in steps.items():
            self._known[journey] = self._known.get(journey, frozenset()) | ids
        return self.known()


class InMemoryWhereabouts:
    """`Whereabouts` over an in-memory repository."""

    def __init__(self, customers: InMemoryCustomerRepository) -> None:
        self._store = customers.store

    def note(self, entry: FactKey, waiting: Waiting) -> bool:
        """Note it, unless the entry is over or a later word is there."""
        with self._store.lock:
            known = self._store.facts.get(entry)
            if not isinstance(known, Entry) or known.status is not EntryStatus.ACTIVE:
                return False
            if known.waiting is not None and known.waiting.since > waiting.since:
                return False
            self._store.put_fact(replace(known, waiting=waiting))
            return True
