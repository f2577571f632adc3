"""When it was last looked who is due, kept in memory."""

from datetime import datetime

from escalera.ports.customers import DueKind


class InMemorySweeps:
    """`Sweeps` without a store behind them."""

    def __init__(self) -> None:
        self._last: dict[DueKind, datetime] = {}

    def last(self, kind: DueKind) -> datetime | None:
        """Until when all who were due had been found."""
        return self._last.get(kind)

    def done(self, kind: DueKind, until: datetime) -> None:
        """All who were due until then were found."""
        self._last[kind] = until
