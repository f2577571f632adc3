"""How far back a look for who is due goes: to the last one that ended well, so that an outage hides nobody."""

from datetime import UTC, datetime

from escalera.ports.customers import DueKind
from escalera.ports.sweeps import Sweeps

ALWAYS_DAYS = 7
"""So far even if the last look was today: somebody may be told of late, or was left to the next look."""
FIRST_DAYS = 30
"""So far where nobody looked before. Days without anybody cost next to nothing."""
MOST_DAYS = 400
"""So far at most: the look has to end, and of a silence a year old nobody needs to hear."""


def look_back_days(kind: DueKind, now: datetime, *, sweeps: Sweeps) -> int:
    """On how many days before today to look."""
    last = sweeps.last(kind)
    if last is None:
        return FIRST_DAYS
    away = (now.astimezone(UTC).date() - last.astimezone(UTC).date()).days
    return min(max(away, ALWAYS_DAYS), MOST_DAYS)
