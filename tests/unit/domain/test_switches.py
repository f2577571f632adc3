from datetime import UTC, datetime, timedelta

import pytest

from escalera.domain.switches import (
    ALWAYS_ON,
    FIRST_LOOK,
    LONGEST_LOOK,
    REMEMBERED,
    JourneySwitch,
    Pause,
    Switches,
)

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAUSED = ALWAYS_ON.paused(NOON)


def test_a_journey_stands_still_from_the_pause_until_it_is_resumed():
    assert ALWAYS_ON.paused_since is None
    assert PAUSED.paused_since == NOON
    resumed = PAUSED.resumed(NOON + DAY)
    assert resumed.paused_since is None
    assert resumed.pauses == (Pause(NOON, NOON + DAY),)


def test_pausing_what_stands_still_and_resuming_what_moves_change_nothing():
    assert PAUSED.paused(NOON + DAY) is PAUSED
    assert ALWAYS_ON.resumed(NOON) is ALWAYS_ON


def test_the_time_of_a_pause_is_what_of_it_lies_between():
    assert PAUSED.stood_still(NOON - DAY, NOON + 2 * HOUR) == 2 * HOUR
    assert PAUSED.stood_still(NOON + HOUR, NOON + 2 * HOUR) == HOUR
    assert PAUSED.stood_still(NOON - DAY, NOON - HOUR) == timedelta()
    assert ALWAYS_ON.stood_still(NOON, NOON + DAY) == timedelta()


def test_a_pause_counts_until_the_last_who_were_frozen_have_looked():
    resumed = PAUSED.resumed(NOON + DAY)
    assert resumed.stood_still(NOON, NOON + DAY + HOUR) == DAY + HOUR
    assert resumed.stood_still(NOON, NOON + 9 * DAY) == DAY + LONGEST_LOOK
    assert resumed.stood_still(NOON + 2 * DAY, NOON + 9 * DAY) == timedelta()


def test_a_pause_that_follows_soon_is_not_counted_twice():
    again = PAUSED.resumed(NOON + HOUR).paused(NOON + 2 * HOUR)
    assert again.stood_still(NOON, NOON + DAY) == DAY


@pytest.mark.parametrize(
    ("age", "look"),
    [
        (timedelta(), FIRST_LOOK),
        (timedelta(minutes=20), FIRST_LOOK),
        (2 * HOUR, HOUR),
        (30 * DAY, LONGEST_LOOK),
    ],
)
def test_who_is_frozen_looks_again_soon_at_first_and_seldom_later(age, look):
    assert PAUSED.look_again(NOON + age) == look


def test_the_last_pauses_are_remembered_and_no_more():
    switch = ALWAYS_ON
    for day in range(REMEMBERED + 5):
        switch = switch.paused(NOON + day * DAY).resumed(NOON + day * DAY + HOUR)
    assert len(switch.pauses) == REMEMBERED
    assert switch.pauses[-1].since == NOON + (REMEMBERED + 4) * DAY


def test_each_journey_has_a_switch_of_its_own():
    switches = Switches().having("win-back", PAUSED)
    assert switches.of("win-back") is PAUSED
    assert switches.of("thank-you") == JourneySwitch()
