"""What follows the customers, in memory."""

from collections.abc import Sequence

from escalera.adapters.memory.store import Store
from escalera.domain.projections import Projection


class InMemoryProjections:
    """`Projections` beside the customers in memory. Names need none: they are looked for on the customers themselves."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def write(self, projections: Sequence[Projection]) -> list[int]:
        """Bring all up to date."""
        with self._store.lock:
            for one in projections:
                self._write(one)
        return []

    def _write(self, one: Projection) -> None:
        for address, told_at in one.addresses:
            whose = self._store.addresses.setdefault(address, {})
            whose.pop(one.customer_id, None)
            whose[one.customer_id] = told_at
        if one.silence and self._store.silences.get(one.silence.key, 0) < one.version:
            self._store.silences[one.silence.key] = one.version
            self._store.put_fact(one.silence)
