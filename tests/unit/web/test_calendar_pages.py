"""The calendar on the console: what was sent and what will be, for the shop by day and for one customer."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from escalera.domain.facts import MessageStatus
from escalera.domain.staff import Role
from escalera.domain.switches import ALWAYS_ON
from escalera.domain.vocabulary import CustomerId, MessageName
from tests.fakes.desk_shop import EVE, XSS, stock
from tests.fakes.facts import a_message
from tests.fakes.journeys import keep, people_in_journeys, who_waits


@pytest.fixture(autouse=True)
def stocked(store, clock):
    stock(store, clock)
    keep(store, *people_in_journeys(clock.now(), [EVE, CustomerId("ana")]))


def test_this_week_says_what_was_sent_and_what_is_planned_day_by_day(signed_in):
    text = signed_in(Role.VIEWER).get("/calendar").text
    assert "Mon 2 Mar 2026 to Sun 8 Mar 2026" in text
    today = text[text.index("Mon 2 Mar 2026 today") : text.index("Tue 3 Mar")]
    assert "Sent 2 We miss you" in today
    assert "2 not sent, by a rule" in today
    assert "perhaps 1 Comeback offer" in today
    tomorrow = text[text.index("Tue 3 Mar") : text.index("Wed 4 Mar")]
    assert "perhaps 1 Comeback offer" in tomorrow


def test_what_waits_for_something_is_planned_without_a_date(signed_in):
    text = signed_in(Role.VIEWER).get("/calendar").text
    assert "2 perhaps How was it of Thank you" in text[text.index("Planned, without a date") :]


def test_weeks_follow_one_another_and_begin_on_monday(signed_in):
    viewer = signed_in(Role.VIEWER)
    page = viewer.get("/calendar?week=2026-03-12")
    assert "Mon 9 Mar 2026 to Sun 15 Mar 2026" in page.text
    assert "/calendar?week=2026-03-02" in page.body
    assert "/calendar?week=2026-03-16" in page.body


@pytest.mark.parametrize("week", ["", "soon", "9999-12-31", "0001-01-01", quote(XSS)])
def test_a_week_that_nobody_can_mean_is_this_one(signed_in, week):
    page = signed_in(Role.VIEWER).get(f"/calendar?week={week}")
    assert page.status == 200
    assert "Mon 2 Mar 2026" in page.text


def test_of_a_paused_journey_the_calendar_says_that_nothing_is_planned(signed_in, store, clock):
    store.store.switches = store.store.switches.having("win-back", ALWAYS_ON.paused(clock.at))
    text = signed_in(Role.VIEWER).get("/calendar").text
    assert "Win back is paused: nothing of it is planned." in text
    assert "Comeback offer" not in text


def test_a_customers_calendar_says_what_is_held_why_and_what_was_sent(signed_in, store, clock):
    until = clock.at + timedelta(hours=9)
    held = who_waits(EVE, "1-send-we-miss-you", until, reason="quiet_hours")
    sent = a_message(EVE, "m-9", message=MessageName("order-thanks"), claimed_at=clock.at)
    keep(store, held, replace(sent, status=MessageStatus.DELIVERED))
    page = signed_in(Role.SERVICE).get(f"/calendar/customer?id={quote(EVE, safe='')}")
    assert "held: it would have come at night" in page.text
    assert "Order thanks" in page.text
    assert "delivered" in page.text
    assert XSS not in page.body


@pytest.mark.parametrize("customer", ["", "nobody", quote(XSS)])
def test_whoever_is_not_known_has_no_calendar(signed_in, customer):
    page = signed_in(Role.SERVICE).get(f"/calendar/customer?id={customer}")
    assert page.status == 404
    assert "<script>alert" not in page.body
