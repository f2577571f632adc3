"""The trail of who did what, in memory."""

from escalera.adapters.memory.customers import InMemoryCustomerRepository
from escalera.domain.facts import Audit


class InMemoryAuditTrail:
    """`AuditTrail` beside an in-memory repository; its marks are kept for ever."""

    def __init__(self, customers: InMemoryCustomerRepository) -> None:
        self._store = customers.store
        self._written: set[str] = set()

    def add(self, audit: Audit, *, once: str) -> bool:
        """Keep the row, once."""
        with self._store.lock:
            if once in self._written:
                return False
            self._written.add(once)
            self._store.put_fact(audit)
            return True
