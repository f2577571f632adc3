"""Whatever journey a shop may write, its state machine is whole: nobody gets stuck in it, nobody falls out of it."""

from collections.abc import Iterator
from typing import Any

from hypothesis import given

from escalera.contracts.steps import StepPayloadV1
from escalera.journeys.numbered import every_step, longest_way, number_steps
from infra.journey_compiler import compile_journey
from tests.fakes.journey_files import journeys

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:perform-step"


def ways_out(state: dict[str, Any]) -> Iterator[str]:
    """Every state that may come right after this one."""
    if "Next" in state:
        yield state["Next"]
    if "Default" in state:
        yield state["Default"]
    for rule in [*state.get("Choices", ()), *state.get("Catch", ())]:
        yield rule["Next"]


@given(journeys)
def test_every_way_leads_to_a_state_that_exists(journey):
    machine = compile_journey(journey, perform_step_arn=ARN)
    named = {name for state in machine["States"].values() for name in ways_out(state)} | {machine["StartAt"]}
    assert named <= machine["States"].keys()


@given(journeys)
def test_every_state_can_be_reached(journey):
    machine = compile_journey(journey, perform_step_arn=ARN)
    reached, todo = set(), [machine["StartAt"]]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo.extend(ways_out(machine["States"][name]))
    assert reached == machine["States"].keys()


@given(journeys)
def test_from_every_state_there_is_a_way_to_the_end(journey):
    states = compile_journey(journey, perform_step_arn=ARN)["States"]
    ends = {
        name for name, state in states.items() if state["Type"] in ("Succeed", "Fail") or state.get("End")
    }
    assert ends
    grown = True
    while grown:
        more = {name for name, state in states.items() if name not in ends and ends & set(ways_out(state))}
        ends |= more
        grown = bool(more)
    assert ends == states.keys()


@given(journeys)
def test_only_holding_goes_back_so_no_journey_runs_in_circles(journey):
    states = compile_journey(journey, perform_step_arn=ARN)["States"]
    seen: dict[str, str] = {}

    def visit(name: str) -> None:
        seen[name] = "open"
        for after in ways_out(states[name]):
            if after == name.removesuffix(" hold"):
                continue
            assert seen.get(after) != "open", f"{name} goes back to {after}"
            if after not in seen:
                visit(after)
        seen[name] = "done"

    visit("enter")


@given(journeys)
def test_every_state_is_as_the_language_of_states_wants_it(journey):
    machine = compile_journey(journey, perform_step_arn=ARN)
    for name, state in machine["States"].items():
        assert len(name) <= 80
        kinds_of_end = [key for key in ("Next", "End") if key in state]
        match state["Type"]:
            case "Choice":
                assert state["Default"]
                assert state["Choices"]
                assert not kinds_of_end
            case "Wait":
                assert len({"Seconds", "SecondsPath"} & state.keys()) == 1
                assert kinds_of_end == ["Next"]
            case "Task":
                assert len(kinds_of_end) == 1
                waits = state["Resource"].endswith(".waitForTaskToken")
                # Nothing else is caught: an execution that failed is redriven at the very step.
                caught = [catch["ErrorEquals"] for catch in state.get("Catch", ())]
                assert caught == ([["States.Timeout"]] if waits else [])
                assert state["Retry"]
                assert ("TimeoutSeconds" in state) == waits
            case "Succeed" | "Fail":
                assert not kinds_of_end
            case other:
                raise AssertionError(other)


@given(journeys)
def test_every_payload_keeps_the_contract_whole(journey):
    """Nothing the compiler writes is unknown to the contract, which would ignore it in silence."""
    machine = compile_journey(journey, perform_step_arn=ARN)
    tasks = [state for state in machine["States"].values() if state["Type"] == "Task"]
    for state in tasks:
        payload = as_sent(state["Parameters"]["Payload"])
        read = StepPayloadV1.model_validate(payload)
        assert read.event == "PurchaseRecorded"
        written = read.model_dump(mode="json", exclude_unset=True)
        assert written["step"] == payload["step"]


@given(journeys)
def test_a_step_is_told_of_each_wait_that_follows_it_and_of_no_other(journey):
    states = compile_journey(journey, perform_step_arn=ARN)["States"]
    for name, state in states.items():
        step = state.get("Parameters", {}).get("Payload", {}).get("step", {})
        if f"{name} outcome" not in states:
            assert "waits" not in step
            continue
        choice = states[f"{name} outcome"]
        ways = {rule["StringEquals"]: rule["Next"] for rule in choice["Choices"]}
        ways["else" if "cases" in step else "done"] = choice["Default"]
        waits = {
            outcome: {"at": following, "seconds": states[following]["Seconds"]}
            for outcome, following in ways.items()
            if "Seconds" in states[following]
        }
        assert step.get("waits", {}) == waits


@given(journeys)
def test_every_step_of_the_file_has_its_state_and_no_two_share_one(journey):
    steps = list(every_step(number_steps(journey)))
    states = compile_journey(journey, perform_step_arn=ARN)["States"]
    assert len({numbered.id for numbered in steps}) == len(steps)
    assert {numbered.id for numbered in steps} <= states.keys()


@given(journeys)
def test_an_entry_knows_how_long_it_can_last(journey):
    machine = compile_journey(journey, perform_step_arn=ARN, expires_after=1000)
    step = machine["States"]["enter"]["Parameters"]["Payload"]["step"]
    assert step["longest"] == longest_way(number_steps(journey), expires_after=1000)


def as_sent(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload with its paths followed, as `perform_step` gets it."""
    found = {
        "$.detail.customer_id": "c-1",
        "$.detail": {"customer_id": "c-1", "order_id": "o-1"},
        "$$.Execution.Id": "arn:aws:states:eu-west-1:123456789012:execution:thank-you:1",
        "$$.Task.Token": "token",
    }
    return {
        key.removesuffix(".$"): found[value] if key.endswith(".$") else value
        for key, value in payload.items()
    }
