"""The loyalty report on the console, as of the last night."""

from itertools import pairwise

import pytest

from escalera.adapters.memory import InMemoryDailyMeasures
from escalera.domain.staff import Role
from escalera.domain.vocabulary import Language
from escalera.use_cases.look.measured_days import FORTNIGHT, LONGEST, MeasuredDays, days_before
from escalera_cli.reporting import make_report
from tests.fakes.lives import measured_on


def test_before_the_first_night_the_page_says_what_is_missing(signed_in):
    page = signed_in(Role.VIEWER).get("/measures")
    assert page.status == 200
    assert "No night has measured the shop yet" in page.text
    assert "echarts" not in page.body


def test_the_newest_night_is_told_and_compared_with_an_earlier_one(signed_in, daily):
    daily.record(measured_on(28))
    daily.record(measured_on(0))
    page = signed_in(Role.VIEWER).get("/measures")
    assert "Loyalty in numbers" in page.text
    assert "Customers kept" in page.text
    assert "since" in page.text
    assert page.body.count('class="chart"') == page.body.count('class="chart-data"') > 5


def test_the_page_allows_no_style_within_its_tags_and_asks_none(signed_in, daily):
    daily.record(measured_on(0))
    page = signed_in(Role.VIEWER).get("/measures")
    assert " style=" not in page.body
    assert "data-strict" in page.body
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]


def test_it_is_the_very_report_that_the_operators_tool_makes(signed_in, daily):
    daily.record(measured_on(0))
    text = signed_in(Role.VIEWER).get("/measures").text
    for tile in make_report([measured_on(0)], "Casa", Language.ENGLISH).tiles:
        assert tile.value in text
        assert tile.sentence in text


@pytest.mark.parametrize("role", list(Role))
def test_everybody_of_the_staff_may_look(signed_in, role):
    assert signed_in(role).get("/measures").status == 200


class CountedDays(InMemoryDailyMeasures):
    """Counts the days that are asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def on(self, days):
        wanted = list(days)
        self.asked += len(wanted)
        return super().on(wanted)


def test_a_day_that_was_read_is_not_read_again():
    daily = CountedDays()
    for ago in (28, 14, 0):
        daily.record(measured_on(ago))
    measured = MeasuredDays(daily)
    first = measured.read()
    asked = daily.asked
    assert [one.day for one in first] == [measured_on(ago).day for ago in (28, 14, 0)]
    assert measured.read() == first
    assert daily.asked == 2 * asked - 2


def test_of_a_shop_that_is_new_every_day_is_shown():
    daily = InMemoryDailyMeasures()
    for ago in (3, 1, 0):
        daily.record(measured_on(ago))
    found = MeasuredDays(daily).read()
    assert [one.day for one in found] == [measured_on(ago).day for ago in (3, 1, 0)]


def test_the_days_shown_are_few_lie_evenly_and_reach_over_a_year():
    newest = measured_on(0).day
    days = days_before(newest, LONGEST, every=FORTNIGHT)
    assert len(days) < 30
    assert {(one - other).days for one, other in pairwise(days)} == {FORTNIGHT}
    assert 366 < (newest - min(days)).days <= LONGEST
