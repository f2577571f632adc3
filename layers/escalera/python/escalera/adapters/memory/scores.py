"""The shop's latest score, kept in memory."""

from threading import Lock

from escalera.domain.score import ShopScore


class InMemoryShopScores:
    """`ShopScores` without a store behind it; what is kept went to JSON and back, as the table's does."""

    def __init__(self) -> None:
        self._latest: ShopScore | None = None
        self._lock = Lock()

    def latest(self) -> ShopScore | None:
        """The latest score kept."""
        return self._latest

    def keep(self, score: ShopScore) -> bool:
        """Keep it, unless a later one is kept already."""
        with self._lock:
            if self._latest is not None and self._latest.as_of > score.as_of:
                return False
            self._latest = ShopScore.from_json(score.to_json())
            return True
