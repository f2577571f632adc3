"""A paused journey freezes people: nothing is sent, nobody is ejected, nobody is lost, and the pause ages nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from escalera.domain.errors import NotAllowedError, NotThereError
from escalera.domain.facts import Audit, Entry, EntryStatus, Message, Task
from escalera.domain.staff import Role
from escalera.domain.switches import FIRST_LOOK, LONGEST_LOOK
from tests.fakes.house import BERTA, DAY, House, Run

HOLDS: dict[str, Any] = {"may_hold": True}


@pytest.fixture
def house() -> House:
    return House()


def enters(house: House) -> Run:
    """A run of win-back that has not entered yet."""
    house.ana_registers()
    house.tell("PurchaseCompleted", "p-0", order_id="old")
    house.until_quiet()
    return house.run_of("win-back", "CustomerWentQuiet")


def the_entry(house: House) -> Entry:
    (entry,) = house.facts(Entry)
    assert isinstance(entry, Entry)
    return entry


def test_nothing_is_sent_while_the_journey_is_paused_and_all_of_it_afterwards(house):
    run = house.ana_is_in_win_back()
    house.pause("win-back")
    held = run.send("miss-you")
    assert (held.outcome, held.reason) == ("hold", "journey_paused")
    assert held.seconds == FIRST_LOOK.total_seconds()
    assert house.sent == []
    assert house.facts(Message) == []
    house.resume("win-back")
    assert run.send("miss-you").outcome == "done"
    assert house.sent == ["miss-you"]


@pytest.mark.parametrize(
    "step",
    [
        ("task", {"kind": "call", "team": "sales"}),
        ("reward", {"reward": "comeback"}),
        ("promise", {"kind": "answer", "due": DAY}),
        ("decide", {"cases": [{"quiet": True}]}),
    ],
    ids=lambda step: step[0],
)
def test_nothing_else_is_done_or_decided_either(house, step):
    do, settings = step
    run = house.ana_is_in_win_back()
    before = [fact.key for fact in house.store.facts_of(house.ana().id)]
    house.pause("win-back")
    assert run.step(do, **settings, **HOLDS).reason == "journey_paused"
    assert [fact.key for fact in house.store.facts_of(house.ana().id)] == before
    house.resume("win-back")
    assert run.step(do, **settings, **HOLDS).outcome in ("done", "case-0")


def test_a_run_of_an_earlier_release_that_could_not_wait_there_does_its_task(house):
    run = house.ana_is_in_win_back()
    house.pause("win-back")
    assert run.step("task", kind="call", team="sales").outcome == "done"
    assert len(house.facts(Task)) == 1


def test_another_journey_goes_on(house):
    run = house.ana_is_in_win_back()
    house.pause("thank-you")
    assert run.send("miss-you").outcome == "done"


def test_who_is_frozen_is_seen_where_and_why(house):
    run = house.ana_is_in_win_back()
    house.pause("win-back")
    run.send("miss-you")
    waiting = the_entry(house).waiting
    assert waiting is not None
    assert (waiting.step, waiting.reason) == ("send-miss-you", "journey_paused")
    assert waiting.until == house.clock.at + FIRST_LOOK


def test_the_longer_the_pause_the_rarer_the_look(house):
    run = house.ana_is_in_win_back()
    house.pause("win-back")
    house.clock.go_on(days=3)
    assert run.send("miss-you").seconds == LONGEST_LOOK.total_seconds()


def test_nobody_is_ejected_however_long_the_pause_lasts(house):
    """`longest` says how long an entry can last: a pause does not count for it."""
    run = enters(house)
    run.enter(longest=10 * DAY)
    house.pause("win-back")
    for _ in range(120):
        held = run.send("miss-you")
        assert held.reason == "journey_paused"
        house.clock.go_on(seconds=held.seconds)
    assert house.clock.at > the_entry(house).entered_at + timedelta(days=20)
    house.resume("win-back")
    assert run.send("miss-you").outcome == "done"
    assert the_entry(house).status is EntryStatus.ACTIVE


def test_a_purchase_ends_the_journey_during_the_pause_too(house):
    run = house.ana_is_in_win_back()
    house.pause("win-back")
    house.tell("PurchaseCompleted", "p-1", order_id="new")
    house.news("PurchaseRecorded")
    assert the_entry(house).reason == "PurchaseRecorded"
    assert run.send("miss-you").outcome == "left"
    house.resume("win-back")
    assert run.send("miss-you").outcome == "left"
    assert house.sent == []


def test_who_would_leave_leaves_though_nobody_has_stopped_the_run_yet(house):
    run = house.ana_is_in_win_back()
    house.pause("win-back")
    house.tell("PurchaseCompleted", "p-1", order_id="new")
    assert run.send("miss-you").reason == "PurchaseRecorded"


def test_nobody_enters_a_paused_journey_and_who_came_meanwhile_enters_when_it_is_resumed(house):
    run = enters(house)
    house.pause("win-back")
    assert run.enter(**HOLDS).reason == "journey_paused"
    assert house.facts(Entry) == []
    house.clock.go_on(days=30)
    house.resume("win-back")
    house.clock.go_on(hours=5)
    assert run.enter(**HOLDS).outcome == "done"
    assert the_entry(house).entered_at == house.clock.at


def test_a_cause_that_was_too_old_anyway_is_not_made_fresh_by_a_pause(house):
    run = enters(house)
    house.clock.go_on(days=8)
    house.pause("win-back")
    house.clock.go_on(days=1)
    assert run.enter(**HOLDS).reason == "too_late"


def test_who_may_not_enter_is_told_so_and_does_not_wait_at_the_door(house):
    run = enters(house)
    house.pause("win-back")
    house.tell("PurchaseCompleted", "p-1", order_id="new")
    assert run.enter(**HOLDS).reason == "no_longer_quiet"


def test_a_message_that_was_waiting_already_expires_no_sooner_for_the_pause(house):
    run = house.ana_is_in_win_back()
    house.clock.at = house.clock.at.replace(hour=22)
    assert run.send("miss-you", expires_after=DAY).reason == "quiet_hours"
    house.pause("win-back")
    house.clock.go_on(days=4)
    house.resume("win-back")
    house.clock.at = house.clock.at.replace(hour=23)
    assert run.send("miss-you", expires_after=DAY).reason == "quiet_hours"
    house.clock.go_on(hours=11)
    assert run.send("miss-you", expires_after=DAY).outcome == "done"


def test_after_the_pause_a_message_expires_as_ever(house):
    run = house.ana_is_in_win_back()
    house.clock.at = house.clock.at.replace(hour=22)
    run.send("miss-you", expires_after=DAY)
    house.pause("win-back")
    house.clock.go_on(days=4)
    house.resume("win-back")
    house.clock.go_on(days=2)
    assert run.send("miss-you", expires_after=DAY).reason == "expired"


def test_a_pause_that_began_and_ended_before_the_message_was_due_prolongs_nothing(house):
    run = house.ana_is_in_win_back()
    house.pause("win-back")
    house.clock.go_on(days=4)
    house.resume("win-back")
    house.clock.go_on(days=1)
    house.clock.at = house.clock.at.replace(hour=22)
    assert run.send("miss-you", expires_after=DAY).reason == "quiet_hours"
    house.clock.go_on(days=1, hours=1)
    assert run.send("miss-you", expires_after=DAY).reason == "expired"


def test_whoever_waits_for_something_is_woken_during_the_pause_and_frozen_at_the_next_step(house):
    house.ana_registers()
    house.tell("PurchaseCompleted", "p-1", order_id="o-1")
    run = house.run_of("thank-you", "PurchaseRecorded")
    run.enter()
    house.pause("thank-you")
    run.wait_for("DeliveryRecorded", "token-1")
    house.tell("DeliveryCompleted", order_id="o-1", delivered_at=house.clock.at)
    house.news("DeliveryRecorded")
    assert house.runs.woken == ["token-1"]
    assert run.send("how-was-it").reason == "journey_paused"


def test_who_paused_and_who_resumed_is_written_beside_it_and_the_bus_is_told(house):
    assert house.pause("win-back")
    paused_at = house.clock.at
    house.clock.go_on(days=1)
    assert house.resume("win-back")
    audits = [fact for fact in house.store.store.facts.values() if isinstance(fact, Audit)]
    assert [(one.what, one.about, one.by, one.at) for one in audits] == [
        ("journey paused", "win-back", "Berta", paused_at),
        ("journey resumed", "win-back", "Berta", house.clock.at),
    ]
    (paused,) = house.told("JourneyPaused")
    (resumed,) = house.told("JourneyResumed")
    assert paused["journey"] == resumed["journey"] == "win-back"
    assert paused["occurred_at"] == resumed["paused_at"]


def test_pausing_twice_changes_and_tells_nothing_more(house):
    assert house.pause("win-back")
    house.clock.go_on(hours=1)
    assert not house.pause("win-back")
    assert not house.resume("thank-you")
    assert len(house.told("JourneyPaused")) == 1


@pytest.mark.parametrize("role", [Role.SERVICE, Role.VIEWER])
def test_only_an_owner_pauses(house, role):
    with pytest.raises(NotAllowedError):
        house.pause("win-back", by=replace(BERTA, role=role))
    assert house.switches.of("win-back").paused_since is None


def test_a_journey_that_there_is_not_cannot_be_paused(house):
    with pytest.raises(NotThereError, match="no journey is called `winback`"):
        house.pause("winback")
