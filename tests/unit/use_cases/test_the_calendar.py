"""What was sent on which day, and what will be, as far as that is certain."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from escalera.domain.facts import Entry, MessageStatus, Waiting
from escalera.domain.switches import ALWAYS_ON, Switches
from escalera.domain.vocabulary import CustomerId, JourneyName, MessageName
from escalera.ports.customers import Change, When, Write
from escalera.use_cases.look import calendar
from escalera.use_cases.look.calendar import Contact, Planned, Week, planned_contacts, sent_contacts, week_of
from programme_compiler.graphs import graph_of
from programme_compiler.source import read_source
from tests.fakes.facts import a_message, an_entry
from tests.fakes.house import House

DEFAULT = Path(__file__).parents[3] / "programme"
GRAPHS = {name: graph_of(one.journey) for name, one in read_source(DEFAULT).journeys.items()}
MADRID = ZoneInfo("Europe/Madrid")
MONDAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WHY = Contact("win-back", "why-did-you-leave")
OFFER = Contact("win-back", "comeback-offer")


@pytest.fixture
def house() -> House:
    house = House()
    house.clock.at = NOON
    return house


def put(house: House, *facts: Any) -> None:
    for fact in facts:
        known = house.ana(fact.key.customer_id)
        house.store.save([Change(known, known, (Write(fact, When.ALWAYS),))])


def waits(n: int, step: str, until: datetime, journey: str = "win-back", reason: str = "") -> Entry:
    return an_entry(
        CustomerId(f"c-{n}"), journey=JourneyName(journey), waiting=Waiting(step, NOON, until, reason)
    )


def week(house: House, first: date = MONDAY, switches: Switches | None = None) -> Week:
    return week_of(
        first,
        graphs=GRAPHS,
        switches=switches or Switches(),
        work=house.work,
        zone=MADRID,
        now=house.clock.at,
    )


def planned(found: Week, day: date) -> tuple[Planned, ...]:
    (one,) = [one for one in found.days if one.date == day]
    return one.planned


def test_a_week_has_seven_days_and_an_empty_one_says_nothing(house):
    found = week(house)
    assert [one.date for one in found.days] == [MONDAY + n * DAY for n in range(7)]
    assert not any((one.sent, one.withheld, one.planned) != ({}, {}, ()) for one in found.days)
    assert (found.undated, found.whole) == ((), True)


def test_whose_wait_is_over_this_week_gets_the_next_message_then(house):
    put(house, *(waits(n, "4-wait-16d", NOON + DAY) for n in range(3)))
    assert planned(week(house), date(2026, 11, 25)) == (Planned(WHY, sure=3, perhaps=0),)


def test_what_lies_behind_a_branch_is_perhaps(house):
    put(house, waits(1, "2-wait-5d", NOON + 2 * DAY))
    found = week(house)
    assert planned(found, date(2026, 11, 26)) == (Planned(OFFER, sure=0, perhaps=1),)
    later = week(house, date(2026, 12, 7))
    assert planned(later, date(2026, 12, 12)) == (Planned(WHY, sure=1, perhaps=0),)


def test_a_message_that_is_held_is_planned_for_when_it_is_tried_again(house):
    put(house, waits(1, "1-send-we-miss-you", NOON + DAY, reason="quiet_hours"))
    assert planned(week(house), date(2026, 11, 25)) == (Planned(Contact("win-back", "we-miss-you"), 1, 0),)


def test_what_is_waited_for_has_no_date(house):
    put(house, waits(1, "2-wait-for-DeliveryRecorded", NOON + 10 * DAY, "thank-you"))
    found = week(house)
    assert Planned(Contact("thank-you", "how-was-it"), 0, 1) in found.undated
    assert all(one.planned == () for one in found.days)


def test_days_are_those_of_the_shops_clock(house):
    late = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)  # half past midnight in Madrid
    put(house, waits(1, "4-wait-16d", late))
    assert planned(week(house), date(2026, 11, 26)) == (Planned(WHY, 1, 0),)


def test_of_a_paused_journey_nothing_is_planned(house):
    put(house, waits(1, "4-wait-16d", NOON + DAY))
    paused = Switches().having("win-back", ALWAYS_ON.paused(NOON))
    assert planned(week(house, switches=paused), date(2026, 11, 25)) == ()


def test_nothing_is_planned_for_a_week_that_is_over(house):
    put(house, waits(1, "4-wait-16d", NOON - DAY))
    assert all(one.planned == () for one in week(house, date(2026, 11, 9)).days)


def test_what_was_sent_and_withheld_stands_on_its_day(house):
    def message(n: int, at: datetime, status: MessageStatus = MessageStatus.SENT) -> Any:
        claimed = {} if status is MessageStatus.WITHHELD else {"claimed_at": at}
        about = {"journey": "win-back", "message": MessageName("why-did-you-leave"), "decided_at": at}
        return a_message(CustomerId(f"c-{n}"), f"m-{n}", status=status, **about, **claimed)

    put(
        house,
        message(1, datetime(2026, 11, 22, 23, 30, tzinfo=UTC)),  # Monday in Madrid
        message(2, datetime(2026, 11, 23, 12, 0, tzinfo=UTC), MessageStatus.DELIVERED),
        message(3, datetime(2026, 11, 22, 22, 30, tzinfo=UTC)),  # still Sunday
        message(4, datetime(2026, 11, 24, 9, 0, tzinfo=UTC), MessageStatus.WITHHELD),
    )
    monday, tuesday, *_ = week(house).days
    assert monday.sent == {WHY: 2}
    assert (tuesday.sent, tuesday.withheld) == ({}, {WHY: 1})


def test_a_week_that_was_not_looked_through_says_so(house, monkeypatch):
    monkeypatch.setattr(calendar, "ENOUGH", 2)
    put(house, *(waits(n, "4-wait-16d", NOON + DAY) for n in range(3)))
    assert not week(house).whole


def test_one_customers_plan_says_what_is_held_and_why_and_what_comes_after(house):
    entries = [
        waits(1, "1-send-we-miss-you", NOON + timedelta(hours=9), reason="quiet_hours"),
        waits(1, "2-wait-for-DeliveryRecorded", NOON + 4 * DAY, "thank-you"),
        waits(1, "9-gone", NOON, "an-old-journey"),
    ]
    found = planned_contacts(entries, GRAPHS, NOON)
    assert [(one.contact.message, one.sure, one.held_for) for one in found[:3]] == [
        ("we-miss-you", True, "quiet_hours"),
        ("how-was-it", False, ""),
        ("did-it-arrive", False, ""),
    ]
    assert (found[1].earliest, found[1].latest) == (NOON + 4 * DAY, NOON + 8 * DAY)


def test_one_customers_past_is_what_was_sent_the_latest_first(house):
    old, new = (a_message(key=key, claimed_at=at) for key, at in (("m-1", NOON - DAY), ("m-2", NOON)))
    withheld = a_message(key="m-3", status=MessageStatus.WITHHELD)
    assert sent_contacts([old, withheld, new]) == (new, old)


def test_people_on_an_earlier_version_are_counted_and_nothing_is_planned_for_them(house):
    steps = {"win-back": frozenset({"2-wait-5d", "2-wait-9d"}), "gone": frozenset({"1-wait-1d"})}
    put(house, waits(1, "2-wait-9d", NOON + DAY), waits(2, "1-wait-1d", NOON + DAY, "gone"))
    seen = week_of(
        MONDAY, graphs=GRAPHS, switches=Switches(), work=house.work, zone=MADRID, now=NOON, steps=steps
    )
    assert seen.unplanned == 2
    assert not any(day.planned for day in seen.days)
    assert seen.undated == ()
