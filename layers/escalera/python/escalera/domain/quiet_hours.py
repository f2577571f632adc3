"""Nobody is written to at night, by the clock where the customer lives."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_until(now: datetime, time_zone: str, start: time, end: time) -> datetime | None:
    """When the quiet hours that `now` falls into end (UTC); None outside them.

    `start` is included, `end` is not; a window with start after end spans midnight. The end is a wall-clock time: in
    the night the clocks change it is the same hour on the wall, so an hour sooner or later. An end that the spring
    change skips comes at the first instant after the gap; of an hour that autumn shows twice, the first one ends it.
    """
    if start == end:
        return None
    zone = ZoneInfo(time_zone)
    wall = now.astimezone(zone)
    at = wall.time().replace(tzinfo=None)
    inside = start <= at < end if start < end else (at >= start or at < end)
    if not inside:
        return None
    day = wall.date() + timedelta(days=1) if start > end and at >= start else wall.date()
    until = datetime.combine(day, end, tzinfo=zone).astimezone(UTC)
    # Past already: the first showing of an hour that comes twice. Then its second showing ends the quiet.
    if until <= now:
        until = datetime.combine(day, end, tzinfo=zone).replace(fold=1).astimezone(UTC)
    return until if until > now else None
