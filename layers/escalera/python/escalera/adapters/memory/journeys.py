"""Runs of journeys that nobody runs: what was wished is kept. And where those who are in them wait."""

from dataclasses import replace

from escalera.adapters.memory.customers import InMemoryCustomerRepository
from escalera.domain.facts import Entry, EntryStatus, FactKey, Waiting


class InMemoryJourneyRuns:
    """`JourneyRuns` that keeps which were stopped (with the reason) and which tokens were woken."""

    def __init__(self) -> None:
        self.stopped: dict[str, str] = {}
        self.woken: list[str] = []

    def stop(self, execution: str, *, reason: str) -> None:
        """Stop once; a run that is over already stays as it ended."""
        self.stopped.setdefault(execution, reason)

    def wake(self, task_token: str) -> None:
        """Wake once; a token that was used already is no error."""
        if task_token not in self.woken:
            self.woken.append(task_token)


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
