"""Whoever looks at a journey sees where each person waits: at its waits, at what it waits for, and where they are held."""

from datetime import timedelta
from typing import Any

import pytest

from escalera.domain.errors import StoreBusyError
from escalera.domain.facts import Entry, FactKey, Waiting
from escalera.domain.vocabulary import JourneyName
from escalera.domain.work import waiting_at
from escalera.ports.work import Page
from tests.fakes.house import DAY, House

WAITS: dict[str, Any] = {"waits": {"done": {"at": "2-wait-5d", "seconds": 5 * DAY}}}


@pytest.fixture
def house() -> House:
    return House()


def waiting(house: House) -> Waiting | None:
    entries = [entry for entry in house.facts(Entry) if entry.ended_at is None]
    (entry,) = entries
    found: Waiting | None = entry.waiting
    return found


def in_days(house: House, days: float) -> Any:
    return house.clock.at + timedelta(days=days)


def at(house: House, journey: str, step: str) -> Page[Entry]:
    return house.work.page(waiting_at(JourneyName(journey), step))


def test_the_wait_behind_a_message_begins_when_it_is_sent(house):
    run = house.ana_is_in_win_back()
    assert run.send("miss-you", **WAITS).outcome == "done"
    assert waiting(house) == Waiting("2-wait-5d", house.clock.at, in_days(house, 5))


def test_the_wait_behind_a_message_that_was_withheld_begins_as_well(house):
    run = house.ana_is_in_win_back()
    assert run.send("gone", **WAITS).outcome == "withheld"
    assert waiting(house) == Waiting("2-wait-5d", house.clock.at, in_days(house, 5))


def test_who_goes_on_at_once_waits_nowhere(house):
    run = house.ana_is_in_win_back()
    assert run.step("task", kind="call", team="sales").outcome == "done"
    assert waiting(house) is None


def test_the_wait_of_the_way_that_was_decided_is_the_one_that_begins(house):
    run = house.ana_is_in_win_back()
    waits = {"case-0": {"at": "3.1.1-wait-2d", "seconds": 2 * DAY}, "else": {"at": "4-wait", "seconds": DAY}}
    assert run.step("decide", cases=[{"quiet": True}], waits=waits).outcome == "case-0"
    assert waiting(house) == Waiting("3.1.1-wait-2d", house.clock.at, in_days(house, 2))
    house.clock.go_on(days=2)
    assert run.step("decide", "5-branch", cases=[{"quiet": False}], waits=waits).outcome == "else"
    assert waiting(house) == Waiting("4-wait", house.clock.at, in_days(house, 1))


def test_who_is_held_is_seen_where_and_why_and_until_when(house):
    run = house.ana_is_in_win_back()
    house.clock.at = house.clock.at.replace(hour=22)
    held = run.send("miss-you", **WAITS)
    assert (held.outcome, held.reason) == ("hold", "quiet_hours")
    until = house.clock.at + timedelta(seconds=held.seconds)
    assert waiting(house) == Waiting("send-miss-you", house.clock.at, until, "quiet_hours")


def test_who_waits_for_something_waits_no_longer_than_the_journey_lets_them(house):
    run = thanked(house)
    run.wait_for("DeliveryRecorded", "token-1")
    assert waiting(house) == Waiting("wait_for", house.clock.at, in_days(house, 20))


def test_when_what_was_waited_for_comes_the_wait_is_over_then(house):
    run = thanked(house)
    run.wait_for("DeliveryRecorded", "token-1")
    house.clock.go_on(days=3)
    house.tell("DeliveryCompleted", order_id="o-1", delivered_at=house.clock.at)
    assert house.news("DeliveryRecorded") == 1
    assert waiting(house) == Waiting("wait_for", house.clock.at, house.clock.at)


def test_what_happened_before_it_was_waited_for_leaves_no_wait(house):
    run = thanked(house)
    house.tell("DeliveryCompleted", order_id="o-1", delivered_at=house.clock.at)
    run.wait_for("DeliveryRecorded", "token-1")
    assert waiting(house) == Waiting("wait_for", house.clock.at, house.clock.at)


def test_who_left_stands_nowhere(house):
    run = house.ana_is_in_win_back()
    run.send("miss-you", **WAITS)
    house.tell("PurchaseCompleted", "p-1", order_id="new")
    house.news("PurchaseRecorded")
    assert at(house, "win-back", "2-wait-5d").facts == ()
    assert [entry.waiting for entry in house.facts(Entry)] == [None]


def test_a_step_of_an_earlier_release_that_says_nothing_of_waits_notes_none(house):
    run = house.ana_is_in_win_back()
    assert run.send("miss-you").outcome == "done"
    assert waiting(house) is None


def test_the_bus_hears_nothing_of_where_people_wait(house):
    run = house.ana_is_in_win_back()
    house.publish()
    run.step("task", kind="call", team="sales", **WAITS)
    assert [event.name for event in house.publish()] == ["TaskCreated"]


def test_a_store_that_is_busy_is_asked_again_by_the_journey_and_the_message_goes_once(house):
    run = house.ana_is_in_win_back()
    noted = house.whereabouts
    house.whereabouts = Busy()
    with pytest.raises(StoreBusyError):
        run.send("miss-you", **WAITS)
    house.whereabouts = noted
    house.clock.go_on(minutes=1)
    assert run.send("miss-you", **WAITS).outcome == "done"
    assert house.sent == ["miss-you"]
    assert waiting(house) == Waiting("2-wait-5d", house.clock.at, in_days(house, 5))


class Busy:
    """A `Whereabouts` that throttles."""

    def note(self, entry: FactKey, waiting: Waiting) -> bool:
        raise StoreBusyError


def thanked(house: House) -> Any:
    house.ana_registers()
    house.tell("PurchaseCompleted", "p-1", order_id="o-1")
    run = house.run_of("thank-you", "PurchaseRecorded")
    assert run.enter().outcome == "done"
    return run
