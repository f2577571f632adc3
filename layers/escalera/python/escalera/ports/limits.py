"""Counts what may be done only so often."""

from datetime import datetime
from typing import Protocol

from escalera.domain.limits import Action, Limit


class RateLimits(Protocol):
    """Counters by window, which the store forgets when their window is over.

    Errors: `StoreBusyError` when the store throttles; nothing was counted then.
    """

    def take(self, action: Action, whom: str, limit: Limit, at: datetime) -> bool:
        """Count one more for `whom` (an id, a link or an address; kept as a digest); False, and nothing counted, at the limit."""
