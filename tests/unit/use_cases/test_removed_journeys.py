"""A release without a journey, or with another name for it: its people finish or leave, and no entry stays open."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from escalera.domain.errors import RetryableError
from escalera.domain.facts import Entry, Message, Reward, Task
from escalera.journeys.graph import Edge, JourneyGraph, Node, NodeKind
from escalera.ports.customers import Change
from escalera.ports.journeys import RunState, RunStatus
from tests.fakes.house import DAY, House, PlainRenderer, Run

WAITS: dict[str, Any] = {"waits": {"done": {"at": "2-wait-5d", "seconds": 5 * DAY}}}
GRAPH = JourneyGraph(
    "win-back",
    "About",
    (Node("2-wait-5d", NodeKind.WAIT, seconds=5 * DAY), Node("finish", NodeKind.FINISH)),
    (Edge("2-wait-5d", "finish"),),
)
GRAPHS = {"win-back": GRAPH}
AN_HOUR_AND_MORE = timedelta(days=5, hours=1, minutes=1)


@pytest.fixture
def house() -> House:
    return House()


def who_waits(house: House) -> Run:
    """Ana waits in win-back, for five days."""
    run = house.ana_is_in_win_back()
    assert run.send("miss-you", **WAITS).outcome == "done"
    house.look_for_stranded(GRAPHS)
    return run


def entry(house: House, journey: str = "win-back") -> tuple[str, str]:
    [found] = [one for one in house.facts(Entry) if one.journey == journey]
    return found.status.value, found.reason


# --- who is in a journey that a release removes ---


def test_who_is_in_a_journey_that_was_removed_finishes_it(house):
    run = who_waits(house)
    house.removes("win-back")
    house.clock.at += timedelta(days=8)
    house.clock.at = house.clock.at.replace(hour=11)
    assert run.send("offer").outcome == "done"
    assert run.finish().outcome == "done"
    assert entry(house) == ("finished", "")


def test_nobody_enters_a_journey_that_was_removed(house):
    house.ana_registers()
    house.tell("PurchaseCompleted", order_id="1")
    run = house.run_of("thank-you", "PurchaseRecorded")
    house.removes("thank-you")
    assert (run.enter().outcome, run.enter().reason) == ("left", "journey_removed")


@pytest.mark.parametrize(
    ("do", "settings"),
    [
        ("send", {"message": "offer"}),
        ("reward", {"reward": "comeback"}),
        ("task", {"kind": "call"}),
        ("promise", {"kind": "call"}),
        ("decide", {"cases": [{"quiet": True}]}),
    ],
)
def test_where_the_programme_says_leave_the_next_step_ends_it(house, do, settings):
    run = who_waits(house)
    house.removes("win-back", rule="leave")
    outcome = run.step(do, **settings)
    assert (outcome.outcome, outcome.reason) == ("left", "journey_removed")
    assert entry(house) == ("left", "journey_removed")
    assert house.facts(Reward) == house.facts(Task) == []
    assert house.sent == ["miss-you"]


def test_where_the_programme_says_leave_nobody_waits_for_anything_more(house):
    run = who_waits(house)
    house.removes("win-back", rule="leave")
    assert run.wait_for("DeliveryRecorded", "token-1").outcome == "done"
    assert house.runs.woken == ["token-1"]


def test_where_the_programme_says_leave_who_waits_leaves_with_the_next_sweep(house):
    who_waits(house)
    house.removes("win-back", rule="leave")
    assert house.look_for_stranded({}).closed == 1
    assert house.runs.stopped == {"run-1": "journey_removed"}
    assert entry(house) == ("left", "journey_removed")
    assert house.ana().active_entries == {}


def test_a_sweep_leaves_alone_who_finishes_a_removed_journey(house):
    who_waits(house)
    house.removes("win-back")
    assert house.look_for_stranded({}).closed == 0
    assert entry(house) == ("active", "")


def test_who_is_in_a_journey_that_everybody_leaves_may_enter_another(house):
    who_waits(house)
    second = house.run_of("birthday", "CustomerWentQuiet", "run-2")
    house.removes("win-back")
    assert second.enter(kind="promotion", priority=1).reason == "busy"
    house.removes("win-back", rule="leave")
    assert second.enter(kind="promotion", priority=1).outcome == "done"


# --- who is in a journey that a release renames ---


def test_who_was_in_it_under_its_earlier_name_does_not_enter_it_again_so_soon(house):
    who_waits(house)
    house.renames("win-back", "come-back")
    run = house.run_of("come-back", "CustomerWentQuiet", "run-2")
    assert run.enter(kind="service", once_per=180 * DAY).reason == "entered_before"


@pytest.mark.parametrize("first", ["thank-you", "our-thanks"])
def test_by_one_cause_one_enters_under_one_of_the_names(house, first):
    """While a release is under way the rules of both names start runs; whichever comes first is the one."""
    house.ana_registers()
    house.tell("PurchaseCompleted", order_id="1")
    house.renames("thank-you", "our-thanks")
    runs = {
        name: house.run_of(name, "PurchaseRecorded", f"run-{name}") for name in ("thank-you", "our-thanks")
    }
    second = next(name for name in runs if name != first)
    assert runs[first].enter(kind="service").outcome == "done"
    assert runs[second].enter(kind="service").reason == "entered_before"
    assert len(house.facts(Entry)) == 1


# --- runs that end by themselves ---


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (RunState.FAILED, ("failed", "step_failed")),
        (RunState.STOPPED, ("left", "execution_stopped")),
        (RunState.GONE, ("failed", "execution_ended")),
        (RunState.SUCCEEDED, ("left", "out_of_time")),
    ],
)
def test_an_entry_whose_run_ended_is_closed_when_it_is_heard(house, state, expected):
    who_waits(house)
    house.runs.ended["run-1"] = state
    assert house.run_ended(state=state) == 1
    assert entry(house) == expected
    failed = [one.is_failed for one in house.ana().active_entries.values()]
    assert failed == ([True] if state is RunState.FAILED else []), "what failed may be redriven"
    assert house.run_ended(state=state) == 0


def test_the_word_of_a_run_that_escalera_stopped_says_why(house):
    who_waits(house)
    house.runs.stop("run-1", reason="GroupLeft")
    assert house.run_ended(state=RunState.STOPPED) == 1
    assert entry(house) == ("left", "GroupLeft")


def test_the_run_of_a_removed_journey_that_went_with_its_state_machine_leaves(house):
    who_waits(house)
    house.removes("win-back")
    house.runs.ended["run-1"] = RunState.GONE
    assert house.run_ended() == 1
    assert entry(house) == ("left", "journey_removed")


def test_an_answer_older_than_the_event_is_not_believed_and_one_of_a_later_redrive_is(house):
    who_waits(house)
    redriven = RunStatus(RunState.RUNNING, redrives=1)
    house.runs.status = lambda _: redriven
    assert house.run_ended() == 0
    house.runs.status = lambda _: RunStatus(RunState.RUNNING)
    assert house.run_ended() == 1
    assert entry(house) == ("failed", "step_failed")


def test_another_run_s_end_closes_nothing(house):
    who_waits(house)
    assert house.run_ended("run-of-another") == 0
    assert entry(house) == ("active", "")


def test_where_the_event_was_lost_the_sweep_closes_the_entry_an_hour_after_its_wait(house):
    who_waits(house)
    house.runs.ended["run-1"] = RunState.GONE
    house.clock.at += timedelta(days=5, minutes=59)
    assert house.look_for_stranded(GRAPHS).closed == 0
    house.clock.at += timedelta(minutes=2)
    assert house.look_for_stranded(GRAPHS).closed == 1
    assert entry(house) == ("failed", "execution_ended")


def test_an_entry_that_its_customer_has_forgotten_is_closed_as_well(house):
    who_waits(house)
    ana = house.ana()
    house.store.save([Change(ana, replace(ana, active_entries={}))])
    house.runs.ended["run-1"] = RunState.SUCCEEDED
    house.clock.at += AN_HOUR_AND_MORE
    assert house.look_for_stranded(GRAPHS).closed == 1
    assert entry(house) == ("left", "out_of_time")


def test_who_still_moves_is_left_alone_and_on_an_earlier_version_looked_at_less_often(house):
    who_waits(house)
    house.clock.at += AN_HOUR_AND_MORE
    assert house.look_for_stranded(GRAPHS).looked_at == 1
    assert house.look_for_stranded(GRAPHS).looked_at == 1
    assert house.look_for_stranded({}).looked_at == 1
    assert house.look_for_stranded({}).looked_at == 0
    house.clock.at += timedelta(hours=6, minutes=1)
    assert house.look_for_stranded({}).looked_at == 1
    assert entry(house) == ("active", "")


def test_a_run_that_cannot_be_asked_is_asked_again(house):
    who_waits(house)

    def busy(_: str) -> RunStatus:
        raise RetryableError("busy")

    house.runs.status = busy
    with pytest.raises(RetryableError):
        house.run_ended()
    assert entry(house) == ("active", "")


def test_an_entry_that_lasted_longer_than_it_can_is_closed_by_its_next_step(house):
    run = who_waits(house)
    house.clock.at += timedelta(days=61)
    assert run.send("offer").reason == "out_of_time"
    assert entry(house) == ("left", "out_of_time")


def test_an_entry_that_lasted_longer_than_it_can_is_closed_by_its_end(house):
    run = who_waits(house)
    house.clock.at += timedelta(days=61)
    assert run.finish().outcome == "done"
    assert entry(house) == ("finished", "")


# --- what a release takes away from under those in flight ---


class Mentioning(PlainRenderer):
    """Every text of this renderer names the reward."""

    def mentions(self, *asked: Any) -> bool:
        return bool(asked[-1] == "reward.")


def test_a_reward_that_was_removed_is_withheld_and_so_is_the_message_that_tells_of_it(house):
    run = house.ana_is_in_win_back()
    house.renderer = Mentioning()
    house.programme = replace(house.programme, rewards={})
    assert run.step("reward", reward="comeback").reason == "reward_removed"
    assert run.send("offer", **WAITS).reason == "reward_removed"
    assert (house.sent, house.facts(Reward)) == ([], [])
    assert [row.reason for row in house.facts(Message)] == ["reward_removed"]


def test_a_reward_that_was_granted_and_then_removed_is_not_told_of_without_its_words(house):
    run = house.ana_is_in_win_back()
    house.renderer = Mentioning()
    assert run.step("reward", reward="comeback").outcome == "done"
    house.programme = replace(house.programme, rewards={})
    assert run.send("offer").reason == "reward_removed"
    assert house.sent == []


def test_a_task_for_a_team_that_was_removed_is_created_all_the_same(house):
    run = house.ana_is_in_win_back()
    assert run.step("task", kind="call", team="a-team-of-old").outcome == "done"
    [task] = house.facts(Task)
    assert task.team == "a-team-of-old"


def test_a_branch_that_asks_for_a_group_that_was_removed_goes_the_other_way(house):
    run = house.ana_is_in_win_back()
    assert run.step("decide", cases=[{"group": ["a-group-of-old"]}]).outcome == "else"
