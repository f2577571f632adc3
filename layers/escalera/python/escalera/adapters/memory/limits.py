"""Rate limits in memory."""

from collections import Counter
from datetime import datetime

from escalera.domain.limits import Action, Limit


class InMemoryRateLimits:
    """`RateLimits` that are forgotten with the process."""

    def __init__(self) -> None:
        self._taken: Counter[tuple[Action, str, datetime]] = Counter()

    def take(self, action: Action, whom: str, limit: Limit, at: datetime) -> bool:
        """Count one more, up to the limit."""
        key = (action, whom, limit.window(at)[0])
        if self._taken[key] >= limit.most:
            return False
        self._taken[key] += 1
        return True
