"""Payloads that running journeys may still send, kept as they were released: they are understood for ever."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from escalera.contracts.steps import Step, StepOutcomeV1, StepPayloadV1

RELEASED = Path(__file__).parent / "step_payloads"
FILES = sorted(RELEASED.glob("*.json"))


def released(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((RELEASED / name).read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_released_payload_is_understood_whole(path):
    payload = released(path.name)
    read = StepPayloadV1.model_validate(payload)
    assert read.model_dump(mode="json", exclude_unset=True)["step"] == payload["step"]


def test_every_kind_of_step_has_a_released_payload():
    kinds = {get_args(model.model_fields["do"].annotation)[0] for model in get_args(get_args(Step)[0])}
    assert {released(path.name)["step"]["do"] for path in FILES} == kinds


def test_the_cause_is_known_by_name():
    read = StepPayloadV1.model_validate(released("v1-send.json"))
    assert read.event == "CustomerWentQuiet"
    assert read.cause["event"] == "CustomerWentQuiet"
    assert read.cause["silence_days"] == 71


def test_a_field_of_a_later_release_does_no_harm():
    payload = released("v1-send.json")
    payload["step"]["colour"] = "green"
    assert (
        StepPayloadV1.model_validate({**payload, "more": 1}).step
        == StepPayloadV1.model_validate(payload).step
    )


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        ("v1-send.json", {"version": 2}, "Input should be 1"),
        ("v1-send.json", {"event": None, "cause": {}}, "names no event"),
        ("v1-wait-for.json", {"task_token": None}, "needs the task_token"),
        ("v1-send.json", {"step": {"id": "1", "do": "dance"}}, "'do'"),
    ],
)
def test_a_payload_that_makes_no_sense_is_refused(name, change, reason):
    with pytest.raises(ValidationError, match=reason):
        StepPayloadV1.model_validate({**released(name), **change})


@pytest.mark.parametrize(
    ("outcome", "written"),
    [
        (StepOutcomeV1.done(), {"outcome": "done", "reason": "", "seconds": 0}),
        (StepOutcomeV1.withheld("cap"), {"outcome": "withheld", "reason": "cap", "seconds": 0}),
        (StepOutcomeV1.hold(90, "night"), {"outcome": "hold", "reason": "night", "seconds": 90}),
        (StepOutcomeV1.hold(0, "night"), {"outcome": "hold", "reason": "night", "seconds": 1}),
        (StepOutcomeV1.left("bought"), {"outcome": "left", "reason": "bought", "seconds": 0}),
        (StepOutcomeV1.case(2), {"outcome": "case-2", "reason": "", "seconds": 0}),
        (StepOutcomeV1.case(None), {"outcome": "else", "reason": "", "seconds": 0}),
    ],
)
def test_an_outcome_always_writes_every_field_for_the_state_machine_reads_them_by_path(outcome, written):
    assert outcome.model_dump(mode="json") == written


@pytest.mark.parametrize(
    "wrong", [{"outcome": "hold"}, {"outcome": "done", "seconds": 5}, {"outcome": "maybe"}]
)
def test_an_outcome_nobody_could_act_on_is_refused(wrong):
    with pytest.raises(ValidationError):
        StepOutcomeV1.model_validate(wrong)
