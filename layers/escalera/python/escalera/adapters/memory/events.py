"""A bus that only listens."""

from collections.abc import Sequence

from escalera.ports.events import OutgoingEvent


class InMemoryEventPublisher:
    """An `EventPublisher` that keeps what it was given in `published`."""

    def __init__(self) -> None:
        self.published: list[OutgoingEvent] = []

    def publish(self, events: Sequence[OutgoingEvent]) -> list[int]:
        """Accept all."""
        self.published.extend(events)
        return []
