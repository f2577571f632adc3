"""Where it is written who did what, of things that change nothing else."""

from typing import Protocol

from escalera.domain.facts import Audit


class AuditTrail(Protocol):
    """Rows that tell who did what. Whatever changes a record writes its row together with it, not here.

    Errors: `StoreBusyError` when the store throttles; nothing was written then.
    """

    def add(self, audit: Audit, *, once: str) -> bool:
        """Write the row; False, and nothing written, if one was written with the same `once` within a day."""
