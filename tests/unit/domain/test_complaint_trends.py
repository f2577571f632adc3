from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from escalera.domain.complaint_trends import Trends, complaint_trends
from escalera.domain.vocabulary import OrderId
from tests.fakes.facts import LUIS, a_complaint, an_order

MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)  # a Wednesday
HOUR = timedelta(hours=1)


def _trends(*complaints, orders=(), weeks=4) -> Trends:
    known = {(order.customer_id, order.order_id): order for order in orders}
    return complaint_trends(complaints, known, weeks=weeks, answer_within=24 * HOUR, now=NOW, zone=MADRID)


def test_every_week_is_told_even_one_without_a_complaint():
    trends = _trends(a_complaint(raised_at=NOW - 8 * 24 * HOUR))
    assert [(week.monday, week.raised) for week in trends.weeks] == [
        (date(2026, 2, 9), 0),
        (date(2026, 2, 16), 0),
        (date(2026, 2, 23), 1),
        (date(2026, 3, 2), 0),
    ]


def test_a_week_begins_on_monday_by_the_shops_own_clock():
    monday_in_madrid = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert _trends(a_complaint(raised_at=monday_in_madrid)).weeks[-1].raised == 1
    assert _trends(a_complaint(raised_at=monday_in_madrid - HOUR)).weeks[-1].raised == 0


def test_in_time_counts_answers_by_the_promised_hour_of_those_that_were_due():
    raised = NOW - 30 * HOUR
    trends = _trends(
        a_complaint(complaint="in time", raised_at=raised, answered_at=raised + 20 * HOUR),
        a_complaint(complaint="late", raised_at=raised, answered_at=raised + 25 * HOUR),
        a_complaint(
            complaint="promised later",
            raised_at=raised,
            promised_at=raised + 26 * HOUR,
            answered_at=raised + 25 * HOUR,
        ),
        a_complaint(complaint="not answered", raised_at=raised),
        a_complaint(complaint="not due yet", raised_at=NOW - HOUR),
        a_complaint(complaint="solved at once", raised_at=raised, resolved_at=raised + HOUR),
    )
    week = trends.weeks[-1]
    assert (week.raised, week.judged, week.answered_in_time) == (6, 5, 3)


def test_causes_and_categories_are_told_most_first():
    orders = [
        an_order(order="o-1", categories={"lamps": 5, "rugs": 5}, products=("L-1", "R-1")),
        an_order(order="o-2", products=("L-1",)),
    ]
    trends = _trends(
        a_complaint(complaint="1", raised_at=NOW, cause="broken", order_id=OrderId("o-1")),
        a_complaint(complaint="2", raised_at=NOW, cause="broken", order_id=OrderId("o-2")),
        a_complaint(complaint="3", raised_at=NOW, order_id=OrderId("never heard of")),
        orders=orders,
    )
    assert list(trends.causes.items()) == [("broken", 2), ("", 1)]
    assert trends.categories == {"": 2, "lamps": 1, "rugs": 1}
    assert list(trends.products.items()) == [("L-1", 2), ("", 1), ("R-1", 1)]


def test_how_soon_is_a_median_that_one_forgotten_complaint_does_not_move_much():
    raised = NOW - 100 * HOUR
    trends = _trends(
        *(a_complaint(complaint=str(n), raised_at=raised, answered_at=raised + n * HOUR) for n in (1, 3, 90))
    )
    assert trends.hours_to_answer == 3
    assert trends.hours_to_solve is None


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.none() | st.integers(0, 2000), st.none() | st.integers(0, 2000)),
        max_size=30,
    )
)
def test_the_parts_add_up_to_the_whole(told):
    complaints = [
        a_complaint(
            complaint=str(number),
            raised_at=NOW - days * 24 * HOUR,
            answered_at=None if answered is None else NOW - days * 24 * HOUR + answered * HOUR,
            resolved_at=None if resolved is None else NOW - days * 24 * HOUR + resolved * HOUR,
        )
        for number, (days, answered, resolved) in enumerate(told)
    ]
    trends = _trends(*complaints, weeks=5)
    raised = sum(week.raised for week in trends.weeks)
    assert raised == sum(trends.causes.values()) == sum(trends.categories.values())
    assert raised <= len(complaints)
    assert all(week.answered_in_time <= week.judged <= week.raised for week in trends.weeks)


def test_order_of_another_customer_with_the_same_id_is_not_the_one_complained_of():
    theirs = an_order(LUIS, "o-1", categories={"beds": 1})
    assert _trends(a_complaint(order_id=OrderId("o-1")), orders=[theirs]).categories == {"": 1}
