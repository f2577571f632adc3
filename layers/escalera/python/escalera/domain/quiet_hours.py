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
    first, second = (
        datetime.combine(day, end, tzinfo=zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1)
    )
    if second < first:  # that hour is not on the wall that day
        return _change_between(second, first, zone)
    # An hour that comes twice and has been once: then its second showing ends the quiet.
    return first if first > now else second


def _change_between(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the clocks of this zone change, which they do once between these two."""
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
