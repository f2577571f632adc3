"""Where events go out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class OutgoingEvent:
    """An event ready for the bus; `detail` is plain JSON that satisfies the contract of `name`."""

    name: str
    detail: dict[str, Any]
    occurred_at: datetime


class EventPublisher(Protocol):
    """Puts Escalera's own events on the bus."""

    def publish(self, events: Sequence[OutgoingEvent]) -> list[int]:
        """Put all; the answer lists the indexes of those that were not accepted (empty: all were).

        Errors: `RetryableError` when nothing could be put at all.
        """
