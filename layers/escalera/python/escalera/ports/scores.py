"""Where the shop's latest score is kept."""

from typing import Protocol

from escalera.domain.score import ShopScore


class ShopScores(Protocol):
    """The latest `ShopScore`: one record, however many customers there are.

    Errors: `StoreBusyError` when the store throttles; nothing was written then.
    """

    def latest(self) -> ShopScore | None:
        """The latest score kept; None before the first night."""

    def keep(self, score: ShopScore) -> bool:
        """Keep it, unless a later one is kept already: then nothing changes and the answer is False."""
