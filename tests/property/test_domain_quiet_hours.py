"""Wherever, whenever: the end of the quiet lies ahead, is not quiet itself, and is the first instant that is not."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given
from hypothesis import strategies as st

from escalera.domain.quiet_hours import quiet_until

ZONES = (
    "Europe/Madrid",
    "Europe/Lisbon",
    "America/Sao_Paulo",
    "America/Mexico_City",
    "America/New_York",
    "America/Santiago",  # its clocks change at midnight
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Chatham",
)
MINUTE = timedelta(minutes=1)
zones = st.sampled_from(ZONES)
walls = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    """Any instant; every second one near a change of clocks somewhere."""
    if draw(st.booleans()):
        return datetime(2020, 1, 1, tzinfo=UTC) + draw(st.timedeltas(timedelta(0), timedelta(days=6000)))
    near = draw(st.sampled_from([at for zone in ZONES for at in CHANGES[zone]]))
    return near + draw(st.timedeltas(timedelta(hours=-14), timedelta(hours=3)))


def changes(zone: str) -> list[datetime]:
    """The hours of 2026 and 2027 in which the clocks of this zone change."""
    at, found = datetime(2026, 1, 1, tzinfo=UTC), []
    while at.year < 2028:
        after = at + timedelta(hours=1)
        if at.astimezone(ZoneInfo(zone)).utcoffset() != after.astimezone(ZoneInfo(zone)).utcoffset():
            found.append(after)
        at = after
    return found


CHANGES = {zone: changes(zone) for zone in ZONES}


def is_quiet(at: datetime, zone: str, start: time, end: time) -> bool:
    """Said once more, in the plainest way: what the clock on the wall shows."""
    wall = at.astimezone(ZoneInfo(zone)).time().replace(tzinfo=None)
    if start < end:
        return start <= wall < end
    return start != end and not end <= wall < start


@given(instants(), zones, walls, walls)
def test_there_is_an_answer_just_when_the_wall_shows_a_quiet_hour(now, zone, start, end):
    assert (quiet_until(now, zone, start, end) is not None) == is_quiet(now, zone, start, end)


@given(instants(), zones, walls, walls)
@example(datetime(2026, 3, 29, 0, 50, tzinfo=UTC), "Europe/Madrid", time(22), time(2, 30))
@example(datetime(2026, 10, 25, 1, 10, tzinfo=UTC), "Europe/Madrid", time(22), time(2, 30))
@example(datetime(2026, 10, 3, 15, 10, tzinfo=UTC), "Australia/Lord_Howe", time(22), time(2, 15))
def test_the_answer_lies_ahead_and_is_not_quiet(now, zone, start, end):
    until = quiet_until(now, zone, start, end)
    assume(until is not None)
    assert until is not None
    assert now < until <= now + timedelta(hours=25)
    assert not is_quiet(until, zone, start, end)
    assert quiet_until(until, zone, start, end) is None


@given(instants(), zones, walls, walls)
@example(datetime(2026, 3, 29, 0, 50, tzinfo=UTC), "Europe/Madrid", time(22), time(2, 30))
def test_until_then_every_minute_is_quiet(now, zone, start, end):
    until = quiet_until(now, zone, start, end)
    assume(until is not None)
    assert until is not None
    assume(not begins_in_an_hour_shown_twice(until, zone, start))
    at = until - MINUTE
    while at > now:
        assert is_quiet(at, zone, start, end), at
        at -= MINUTE


def begins_in_an_hour_shown_twice(until: datetime, zone: str, start: time) -> bool:
    """The one exception: a night that began before the clocks went back is not broken off for its repeat."""
    wall = until.astimezone(ZoneInfo(zone))
    days = (wall.date() - timedelta(days=1), wall.date())
    firsts = [datetime.combine(day, start, tzinfo=ZoneInfo(zone)) for day in days]
    return any(first < first.replace(fold=1).astimezone(UTC) for first in firsts)
