"""What every `DailyMeasures` promises, asked of each."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from moto import mock_aws

from escalera.adapters.dynamodb.measures import DynamoDBDailyMeasures
from escalera.adapters.memory import InMemoryDailyMeasures
from escalera.domain.measures import Measures, MeasuresSummary, measures
from escalera.ports.measures import DailyMeasures
from tests.fakes.lives import FRAME, RULES, a_life
from tests.fakes.table import TABLE, connect, make_table

TODAY = FRAME.day
LIVES = [a_life("ana", (400, 1000), (20, 2000), member=True), a_life("luis", (5, 300))]


@pytest.fixture(params=["memory", "dynamodb"])
def daily(request: pytest.FixtureRequest) -> Iterator[DailyMeasures]:
    if request.param == "memory":
        yield InMemoryDailyMeasures()
        return
    with mock_aws():
        make_table()
        yield DynamoDBDailyMeasures(TABLE, connect)


def of_day(days_ago: int = 0, lives: int = 2) -> Measures:
    """The measures of that day; of another number of lives they are others."""
    rules = replace(RULES, frame=replace(FRAME, as_of=FRAME.as_of - timedelta(days=days_ago)))
    return measures(MeasuresSummary.over(LIVES[:lives], rules), {"retention": 0.7})


def test_before_the_first_night_there_is_nothing(daily):
    assert daily.latest() is None
    assert daily.between(date.min, date.max) == []


def test_a_day_comes_back_as_it_was_recorded(daily):
    assert daily.record(of_day())
    assert daily.between(TODAY, TODAY) == [of_day()]


def test_a_day_once_written_stays(daily):
    assert daily.record(of_day())
    assert not daily.record(of_day(lives=1))
    assert daily.between(TODAY, TODAY) == [of_day()]


def test_the_same_again_is_no_conflict(daily):
    assert daily.record(of_day())
    assert daily.record(of_day())


def test_a_range_holds_its_first_and_last_day_oldest_first(daily):
    for ago in (3, 0, 10, 2, 1):
        daily.record(of_day(ago))
    found = daily.between(TODAY - timedelta(days=3), TODAY - timedelta(days=1))
    assert [one.day for one in found] == [TODAY - timedelta(days=ago) for ago in (3, 2, 1)]


def test_a_range_turned_around_is_empty_or_refused_by_no_one(daily):
    daily.record(of_day())
    assert daily.between(TODAY + timedelta(days=2), TODAY + timedelta(days=3)) == []


def test_some_days_are_read_by_their_dates_oldest_first_and_those_without_are_left_out(daily):
    for ago in (3, 0, 10):
        daily.record(of_day(ago))
    wanted = [TODAY - timedelta(days=ago) for ago in (0, 7, 10)]
    assert [one.day for one in daily.on(wanted)] == [TODAY - timedelta(days=10), TODAY]
    assert list(daily.on([])) == []


def test_the_latest_is_the_newest_day_whenever_it_was_written(daily):
    for ago in (1, 400, 30):
        daily.record(of_day(ago))
    assert daily.latest() == of_day(1)


def test_of_many_who_record_a_day_one_does(daily):
    found = [of_day(lives=number % 2 + 1) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(daily.record, found))
    [kept] = daily.between(TODAY, TODAY)
    assert answers == [one == kept for one in found]
