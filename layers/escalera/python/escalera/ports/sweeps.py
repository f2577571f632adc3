"""When it was last looked who is due."""

from datetime import datetime
from typing import Protocol

from escalera.ports.customers import DueKind


class Sweeps(Protocol):
    """One small record for each kind of look. StoreBusyError when the store throttles."""

    def last(self, kind: DueKind) -> datetime | None:
        """Until when all who were due had been found; None when nobody ever looked."""

    def done(self, kind: DueKind, until: datetime) -> None:
        """All who were due until then were found."""
