"""Which journeys are paused, in memory."""

from dataclasses import replace

from escalera.adapters.memory.customers import InMemoryCustomerRepository
from escalera.domain.facts import Audit
from escalera.domain.switches import JourneySwitch, Switches


class InMemoryJourneySwitches:
    """`JourneySwitches`, and `KnownSwitches` that know every change at once, beside an in-memory repository."""

    def __init__(self, customers: InMemoryCustomerRepository) -> None:
        self._store = customers.store

    def read(self) -> Switches:
        """As they stand now."""
        with self._store.lock:
            return self._store.switches

    def write(self, before: Switches, after: Switches, audit: Audit) -> bool:
        """Both, if they still stand as they were read."""
        with self._store.lock:
            if self._store.switches.version != before.version:
                return False
            self._store.put_switches(replace(after, version=before.version + 1))
            self._store.put_fact(audit)
            return True

    def of(self, journey: str) -> JourneySwitch:
        """The journey's switch."""
        return self.read().of(journey)
