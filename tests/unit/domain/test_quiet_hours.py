"""Quiet hours go by the clock on the customer's wall, on the nights the clocks change as well."""

from datetime import UTC, datetime, time

import pytest

from escalera.domain.quiet_hours import quiet_until

NIGHT = time(22), time(9)


def until(now: str, zone: str, start: time = NIGHT[0], end: time = NIGHT[1]) -> str | None:
    answer = quiet_until(datetime.fromisoformat(now).astimezone(UTC), zone, start, end)
    return None if answer is None else answer.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("2026-01-15T21:59:59+01:00", None),
        ("2026-01-15T22:00:00+01:00", "2026-01-16T08:00:00Z"),
        ("2026-01-15T23:59:59.999999+01:00", "2026-01-16T08:00:00Z"),
        ("2026-01-16T00:00:00+01:00", "2026-01-16T08:00:00Z"),
        ("2026-01-16T08:59:59.999999+01:00", "2026-01-16T08:00:00Z"),
        ("2026-01-16T09:00:00+01:00", None),
    ],
)
def test_a_night_across_midnight_begins_with_its_first_second_and_ends_before_its_last(wall, expected):
    assert until(wall, "Europe/Madrid") == expected


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("2026-01-15T12:59:59+01:00", None),
        ("2026-01-15T13:00:00+01:00", "2026-01-15T14:30:00Z"),
        ("2026-01-15T15:30:00+01:00", None),
    ],
)
def test_a_siesta_lies_within_one_day(wall, expected):
    assert until(wall, "Europe/Madrid", time(13), time(15, 30)) == expected


def test_a_night_that_ends_at_midnight_ends_there():
    assert until("2026-01-15T23:00:00+01:00", "Europe/Madrid", time(22), time(0)) == "2026-01-15T23:00:00Z"
    assert until("2026-01-16T00:00:00+01:00", "Europe/Madrid", time(22), time(0)) is None


def test_a_night_that_begins_at_midnight_begins_there():
    assert until("2026-01-15T23:59:59+01:00", "Europe/Madrid", time(0), time(7)) is None
    assert until("2026-01-16T00:00:00+01:00", "Europe/Madrid", time(0), time(7)) == "2026-01-16T06:00:00Z"


def test_no_hours_between_start_and_end_is_no_quiet_at_all():
    assert until("2026-01-15T22:00:00+01:00", "Europe/Madrid", time(22), time(22)) is None


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        # Nine in the morning is one hour sooner in UTC once summer has come, one later once it has gone.
        ("Europe/Madrid", "2026-03-28T23:00:00+01:00", "2026-03-29T07:00:00Z"),
        ("Europe/Madrid", "2026-10-24T23:00:00+02:00", "2026-10-25T08:00:00Z"),
        # No change of clocks there any more: the same in every month.
        ("America/Sao_Paulo", "2026-11-01T01:00:00Z", "2026-11-01T12:00:00Z"),
        ("America/Sao_Paulo", "2026-02-15T01:00:00Z", "2026-02-15T12:00:00Z"),
        ("America/Mexico_City", "2026-04-05T04:00:00Z", "2026-04-05T15:00:00Z"),
        ("America/Mexico_City", "2026-10-25T04:00:00Z", "2026-10-25T15:00:00Z"),
        # Half an hour of summer time: +11 against +10:30.
        ("Australia/Lord_Howe", "2026-04-04T12:00:00Z", "2026-04-04T22:30:00Z"),
        ("Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-10-03T22:00:00Z"),
    ],
)
def test_the_end_is_an_hour_on_the_wall_where_the_customer_lives(zone, now, expected):
    assert until(now, zone) == expected


@pytest.mark.parametrize(
    ("now", "end", "expected"),
    [
        ("2026-10-25T01:50:00+02:00", time(2, 30), "2026-10-25T00:30:00Z"),  # the first 2:30 ends it
        ("2026-10-25T02:29:59+02:00", time(2, 30), "2026-10-25T00:30:00Z"),
        ("2026-10-25T02:30:00+02:00", time(2, 30), None),
        ("2026-10-25T02:10:00+01:00", time(2, 30), "2026-10-25T01:30:00Z"),  # night on the wall again
        ("2026-10-25T02:10:00+01:00", time(2), None),
    ],
)
def test_in_the_hour_that_autumn_shows_twice_each_showing_counts(now, end, expected):
    assert until(now, "Europe/Madrid", time(22), end) == expected


@pytest.mark.parametrize(
    ("zone", "now", "end", "expected"),
    [
        ("Europe/Madrid", "2026-03-29T01:50:00+01:00", time(2, 30), "2026-03-29T01:00:00Z"),
        ("Europe/Madrid", "2026-03-29T01:50:00+01:00", time(2), "2026-03-29T01:00:00Z"),
        ("Europe/Madrid", "2026-03-29T01:50:00+01:00", time(3), "2026-03-29T01:00:00Z"),
        ("Europe/Madrid", "2026-03-29T03:00:00+02:00", time(2, 30), None),
        ("Australia/Lord_Howe", "2026-10-03T15:00:00Z", time(2, 15), "2026-10-03T15:30:00Z"),
        # Brazil's summers used to begin at midnight: the old instants are still judged right.
        ("America/Sao_Paulo", "2018-11-04T01:00:00Z", time(0), "2018-11-04T03:00:00Z"),
    ],
)
def test_an_end_that_spring_skips_comes_the_moment_the_clocks_have_changed(zone, now, end, expected):
    assert until(now, zone, time(20), end) == expected


def test_a_start_that_spring_skips_begins_the_moment_the_clocks_have_changed():
    start, end = time(2, 30), time(6)
    assert until("2026-03-29T01:59:59+01:00", "Europe/Madrid", start, end) is None
    assert until("2026-03-29T03:00:00+02:00", "Europe/Madrid", start, end) == "2026-03-29T04:00:00Z"
