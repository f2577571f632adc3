"""The shop's latest score as one process knows it: read once, then again only every few minutes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from escalera.domain.errors import RetryableError
from escalera.domain.score import ShopScore
from escalera.ports.clock import Clock
from escalera.ports.scores import ShopScores
from escalera.runtime.observability import logger

REFRESH_AFTER = timedelta(minutes=5)
"""A night's score is at work everywhere this long after it was kept."""


@dataclass(slots=True)
class LatestScore:
    """Reads the score for whoever takes in purchases: most of them then cost no read more than without it.

    That there is none yet is known for as long. While the store is too busy to answer, the score known before serves on.
    """

    scores: ShopScores
    clock: Clock
    _known: ShopScore | None = None
    _read_at: datetime | None = None
    _lock: Lock = field(default_factory=Lock)

    def read(self) -> ShopScore | None:
        """The score, at most a few minutes old. RetryableError only when none was ever read."""
        now = self.clock.now()
        with self._lock:
            if self._read_at is not None and self._read_at <= now < self._read_at + REFRESH_AFTER:
                return self._known
            try:
                self._known = self.scores.latest()
            except RetryableError:
                if self._read_at is None:
                    raise
            except ValueError as error:
                # Purchases come in whatever the score: until this release's first night they do without one.
                logger().warning("score of another release passed over", reason=str(error))
                self._known = None
            self._read_at = now
            return self._known
