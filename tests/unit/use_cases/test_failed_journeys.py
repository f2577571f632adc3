"""An execution that failed is noted and shown; redriven, it goes on where it stopped, once, and not too late."""

from datetime import timedelta

import pytest

from escalera.domain.facts import Entry, EntryStatus
from escalera.domain.vocabulary import JourneyName
from escalera.domain.work import failed_journeys
from escalera.use_cases.record_failures import JourneyEnd, record_failure
from tests.fakes.house import ANA, House, Run


@pytest.fixture
def house() -> House:
    house = House()
    house.ana_registers()
    house.tell("PurchaseCompleted", order_id="1")
    return house


@pytest.fixture
def run(house: House) -> Run:
    return house.run_of("thank-you", "PurchaseRecorded")


def fails(house: House, run: Run, *, failed: bool = True) -> bool:
    end = JourneyEnd(JourneyName("thank-you"), ANA, "run-1", run.cause["event_id"], failed)
    return record_failure(end, customers=house.store, clock=house.clock)


def entry(house: House) -> Entry:
    (found,) = house.facts(Entry)
    assert isinstance(found, Entry)
    return found


def listed(house: House) -> int:
    return len(house.work.page(failed_journeys()).facts)


def test_failed_journey_is_listed_and_told_once(house, run):
    run.enter()
    assert [fails(house, run), fails(house, run)] == [True, False]
    assert (entry(house).status, entry(house).reason) == (EntryStatus.FAILED, "step_failed")
    assert listed(house) == 1
    assert len(house.told("JourneyFailed")) == 1


def test_redriven_it_sends_once_and_is_listed_no_more(house, run):
    run.enter()
    fails(house, run)
    house.clock.at += timedelta(days=1)
    assert run.send("thanks").outcome == "done"
    assert run.send("thanks").outcome == "done"
    assert house.sent == ["thanks"]
    assert (entry(house).status, listed(house)) == (EntryStatus.ACTIVE, 0)


def test_what_was_sent_before_it_failed_is_not_sent_again(house, run):
    run.enter()
    run.send("thanks")
    fails(house, run)
    assert run.send("thanks").outcome == "done"
    assert house.sent == ["thanks"]


def test_redriven_after_the_message_expired_it_sends_nothing(house, run):
    run.enter()
    fails(house, run)
    house.clock.at += timedelta(days=4)  # the programme's `expires_after` is three
    assert run.send("thanks").reason == "expired"
    fails(house, run)
    house.clock.at += timedelta(minutes=1)
    assert run.send("thanks").reason == "expired", "nor does failing again begin its time anew"
    assert house.sent == []


def test_journey_lasts_longer_by_the_time_it_stood_still(house, run):
    run.enter()
    until = next(iter(house.ana().active_entries.values())).until
    fails(house, run)
    house.clock.at = until + timedelta(days=1)
    run.send("thanks")
    (active,) = house.ana().active_entries.values()
    assert active.until > house.clock.at


def test_run_that_failed_before_it_entered_is_listed_and_enters_when_redriven(house, run):
    assert fails(house, run)
    assert listed(house) == 1
    assert run.enter().outcome == "done"
    assert run.send("thanks").outcome == "done"
    assert (entry(house).status, listed(house), house.sent) == (EntryStatus.ACTIVE, 0, ["thanks"])


def test_run_redriven_too_late_to_enter_leaves_and_is_listed_no_more(house, run):
    fails(house, run)
    house.clock.at += timedelta(days=5)
    assert run.enter().outcome == "left"
    assert fails(house, run, failed=False)
    assert (entry(house).status, listed(house)) == (EntryStatus.LEFT, 0)


def test_another_run_by_the_same_cause_does_not_enter_instead(house, run):
    fails(house, run)
    again = house.run_of("thank-you", "PurchaseRecorded", "run-2")
    assert again.enter().reason == "entered_before"
    assert listed(house) == 1


def test_what_ends_a_journey_ends_one_that_failed_and_the_redriven_run_leaves(house):
    house.until_quiet()
    back = house.run_of("win-back", "CustomerWentQuiet")
    assert back.enter().outcome == "done"
    end = JourneyEnd(JourneyName("win-back"), ANA, "run-1", back.cause["event_id"], failed=True)
    assert record_failure(end, customers=house.store, clock=house.clock)
    house.tell("PurchaseCompleted", "PurchaseCompleted-2", order_id="2")
    house.news("PurchaseRecorded")
    assert house.runs.stopped == {}, "there is nothing to stop"
    assert back.send("miss-you").outcome == "left"
    assert house.sent == []
