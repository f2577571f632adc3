from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from escalera.web.console.words import roughly, share, span, words_of


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (14 * 86_400, "2 weeks"),
        (40 * 86_400, "40 days"),
        (365 * 86_400, "365 days"),
        (7 * 86_400, "1 week"),
        (5_400, "90 minutes"),
        (61, "61 seconds"),
        (0, "0 seconds"),
    ],
)
def test_a_length_of_time_is_told_exactly(seconds, words):
    assert span(seconds) == words


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(hours=47), "47 hours"),
        (timedelta(hours=49), "2 days"),
        (timedelta(minutes=-119), "119 minutes"),
        (timedelta(seconds=1), "1 second"),
    ],
)
def test_how_long_ago_is_told_roughly(length, words):
    assert roughly(length) == words


def test_a_share_is_told_of_a_hundred():
    assert (share(0.05), share(1), share(0.123456)) == ("5 %", "100 %", "12.3 %")


def test_times_are_told_by_the_clock_of_the_shop():
    words = words_of(ZoneInfo("Europe/Madrid"))
    at = datetime(2026, 3, 1, 23, 5, tzinfo=UTC)
    assert words["moment"](at) == "Mon 2 Mar 2026, 00:05"
    assert words["day"](date(2026, 3, 1)) == "Sun 1 Mar 2026"
    assert words["ago"](at, at + timedelta(hours=3)) == "3 hours ago"
    assert words["ago"](at + timedelta(days=2), at) == "in 2 days"
    assert words["ago"](at, at + timedelta(seconds=59)) == "now"
