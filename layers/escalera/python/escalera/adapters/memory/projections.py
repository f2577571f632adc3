"""What follows the customers, in memory."""

from collections.abc import Sequence

from escalera.adapters.memory.store import Store
from escalera.domain.projections import Projection
from escalera.ports.projections import Followed


class InMemoryProjections:
    """`Projections` beside the customers in memory. Names need none: they are looked for on the customers themselves."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def write(self, projections: Sequence[Projection]) -> Followed:
        """Bring all up to date."""
        with self._store.lock:
            for one in projections:
                self._write(one)
            told = {address for one in projections for address, _ in one.addresses}
            said = {one: dict(self._store.closings[one]) for one in told if one in self._store.closings}
        return Followed(closings=said)

    def _write(self, one: Projection) -> None:
        for address, told_at in one.addresses:
            self._store.addresses.setdefault(address, set()).add((told_at, one.customer_id))
        if one.silence and self._store.silences.get(one.silence.key, 0) < one.version:
            self._store.silences[one.silence.key] = one.version
            self._store.put_fact(one.silence)
