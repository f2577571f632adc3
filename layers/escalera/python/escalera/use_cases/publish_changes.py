"""What changed in the table is told on the bus."""

from collections.abc import Sequence

from escalera.ports.clock import Clock
from escalera.ports.events import EventPublisher, OutgoingEvent
from escalera.ports.written import Record
from escalera.use_cases.announcements import announcements


def publish_changes(
    changes: Sequence[tuple[Record | None, Record | None]], *, events: EventPublisher, clock: Clock
) -> list[int]:
    """Tell every change; the answer lists the indexes of changes that could not be told in full.

    Told again, a change gives events of the same ids: whoever listens may take them for one.
    """
    told: list[tuple[int, OutgoingEvent]] = [
        (index, event)
        for index, (old, new) in enumerate(changes)
        for event in announcements(old, new, clock.now())
    ]
    if not told:
        return []
    refused = events.publish([event for _, event in told])
    return sorted({told[position][0] for position in refused})
