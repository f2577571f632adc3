"""Compiled journeys, run: moto interprets the state machines, its waits made instant, and a fake does the steps."""

import io
import json
import threading
import time
import types
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from cfnlint.api import lint  # type: ignore[import-untyped] # cfn-lint carries no types
from moto import mock_aws
from moto.awslambda.models import LambdaFunction
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction

from escalera.contracts.steps import StepOutcomeV1, StepPayloadV1
from escalera.domain import errors
from escalera.domain.errors import ChannelThrottledError, MessageRefusedError, PermanentError, RetryableError
from escalera.journeys.file_model import Journey
from infra.journey_compiler import EVENTS_OF_AN_ATTEMPT, LONGEST_HISTORY, MOST_ATTEMPTS, compile_journey
from programme_compiler.source import read_source

ROOT = Path(__file__).parents[2]
REGION = "eu-west-1"
DAY = 86_400
Answer = Callable[[StepPayloadV1], StepOutcomeV1]

EVENT: dict[str, Any] = {
    "version": "0",
    "id": "e-1",
    "detail-type": "PurchaseRecorded",
    "source": "escalera",
    "account": "123456789012",
    "time": "2026-03-01T10:00:00Z",
    "region": REGION,
    "resources": [],
    "detail": {"event_id": "1", "version": 1, "customer_id": "c-1", "order_id": "o-1"},
}


def default_journey(name: str) -> Journey:
    return read_source(ROOT / "programme").journeys[name].journey


def a_journey(*steps: dict[str, Any]) -> Journey:
    return Journey.model_validate(
        {
            "name": "trial",
            "about": "A trial",
            "kind": "service",
            "starts_on": "PurchaseRecorded",
            "steps": list(steps),
        }
    )


class Cloud:
    """Step Functions with one Lambda, whose steps are answered as a test says."""

    def __init__(self) -> None:
        self.payloads: list[StepPayloadV1] = []
        self.waits: list[int] = []
        self.answers: dict[str, Answer] = {}
        self._states = boto3.client("stepfunctions", region_name=REGION)
        role = boto3.client("iam", region_name=REGION).create_role(
            RoleName="any", AssumeRolePolicyDocument="{}"
        )
        self._role = role["Role"]["Arn"]
        code = io.BytesIO()
        zipfile.ZipFile(code, "w").close()
        function = boto3.client("lambda", region_name=REGION).create_function(
            FunctionName="perform-step",
            Runtime="python3.12",
            Handler="handler.handler",
            Role=self._role,
            Code={"ZipFile": code.getvalue()},
        )
        self._arn = function["FunctionArn"]

    def perform_step(self, payload: dict[str, Any]) -> dict[str, Any]:
        """What stands for the Lambda function."""
        read = StepPayloadV1.model_validate(payload)
        self.payloads.append(read)
        if read.step.do == "wait_for" and read.step.id not in self.answers:
            self.wake(read)
        answer = self.answers.get(read.step.id, lambda _: StepOutcomeV1.done())
        answered: dict[str, Any] = answer(read).model_dump(mode="json")
        return answered

    def wake(self, payload: StepPayloadV1) -> None:
        """Say that what the step waits for has happened, as soon as the state machine is waiting."""

        def send() -> None:
            for _ in range(100):
                time.sleep(0.02)
                try:
                    self._states.send_task_success(taskToken=payload.task_token or "", output="{}")
                except self._states.exceptions.ClientError:
                    continue
                return

        threading.Thread(target=send, daemon=True).start()

    def run(self, journey: Journey) -> str:
        """Run the journey to its end; the status it ends with."""
        definition = compile_journey(journey, perform_step_arn=self._arn)
        machine = self._states.create_state_machine(
            name=journey.name, definition=json.dumps(definition), roleArn=self._role
        )
        execution = self._states.start_execution(
            stateMachineArn=machine["stateMachineArn"], name=str(uuid.uuid4()), input=json.dumps(EVENT)
        )["executionArn"]
        for _ in range(600):
            status = self._states.describe_execution(executionArn=execution)["status"]
            if status != "RUNNING":
                return str(status)
            time.sleep(0.05)
        raise AssertionError(f"still running after {[payload.step.id for payload in self.payloads]}")

    @property
    def steps(self) -> list[str]:
        """The ids of the steps that were called, in order."""
        return [payload.step.id for payload in self.payloads]


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        here = Cloud()

        def invoke(_: LambdaFunction, event: str | dict[str, Any]) -> tuple[str, bool, str]:
            payload = json.loads(event) if isinstance(event, str) else event
            try:
                return json.dumps(here.perform_step(payload)), False, ""
            except Exception as error:  # noqa: BLE001 - as Lambda does, every error becomes an answer
                return json.dumps({"errorMessage": str(error), "errorType": type(error).__name__}), True, ""

        monkeypatch.setattr(LambdaFunction, "_invoke_lambda", invoke)
        monkeypatch.setattr(
            WaitFunction, "_wait_interval", lambda self, env, wait_seconds: here.waits.append(wait_seconds)
        )
        monkeypatch.setattr(retrier_decl, "time", types.SimpleNamespace(sleep=lambda _: None))
        yield here


def as_case(index: int | None) -> Answer:
    return lambda _: StepOutcomeV1.case(index)


def test_the_thank_you_journey_runs_from_purchase_to_a_second_reason(cloud):
    cloud.answers = {"4-branch": as_case(0), "6-branch": as_case(0)}
    assert cloud.run(default_journey("thank-you")) == "SUCCEEDED"
    assert cloud.steps == [
        "enter",
        "1-send-order-thanks",
        "2-wait-for-DeliveryRecorded",
        "4-branch",
        "4.1.1-send-how-was-it",
        "6-branch",
        "6.1.1-send-help-choosing",
        "finish",
    ]
    assert cloud.waits == [4 * DAY, 25 * DAY]


def test_every_default_journey_runs_to_its_end_when_no_case_holds(cloud):
    for name in ("thank-you", "win-back", "complaint-recovery"):
        journey = default_journey(name)
        cloud.payloads.clear()
        cloud.answers = {f"{number}-branch": as_case(None) for number in range(1, 20)}
        assert cloud.run(journey) == "SUCCEEDED"
        assert cloud.steps[0] == "enter"
        assert cloud.steps[-1] == "finish"
        assert {payload.journey for payload in cloud.payloads} == {name}


def test_every_step_is_told_whom_it_is_for_and_why(cloud):
    cloud.run(a_journey({"send": "hello"}))
    for payload in cloud.payloads:
        assert payload.customer_id == "c-1"
        assert payload.cause == {**EVENT["detail"], "event": "PurchaseRecorded"}
        assert ":execution:trial:" in payload.execution


def test_who_does_not_enter_gets_nothing(cloud):
    cloud.answers = {"enter": lambda _: StepOutcomeV1.left("entered_before")}
    assert cloud.run(a_journey({"send": "hello"})) == "SUCCEEDED"
    assert cloud.steps == ["enter"]


def test_who_leaves_in_the_middle_gets_nothing_more_and_is_not_finished_twice(cloud):
    cloud.answers = {"1-send-hello": lambda _: StepOutcomeV1.left("PurchaseRecorded")}
    assert cloud.run(a_journey({"send": "hello"}, {"send": "bye"})) == "SUCCEEDED"
    assert cloud.steps == ["enter", "1-send-hello"]


def test_a_held_message_is_tried_again_after_as_long_as_it_was_held(cloud):
    outcomes = iter(
        [StepOutcomeV1.hold(7200, "quiet_hours"), StepOutcomeV1.hold(60, "cap"), StepOutcomeV1.done()]
    )
    cloud.answers = {"1-send-hello": lambda _: next(outcomes)}
    assert cloud.run(a_journey({"send": "hello"})) == "SUCCEEDED"
    assert cloud.steps == ["enter", "1-send-hello", "1-send-hello", "1-send-hello", "finish"]
    assert cloud.waits == [7200, 60]


@pytest.mark.parametrize(
    ("step", "name"),
    [
        (None, "enter"),
        ({"task": "call", "team": "sales"}, "1-task-call"),
        ({"reward": "gift"}, "1-reward-gift"),
        ({"promise": "answer"}, "1-promise-answer"),
        ({"branch": [{"if": {"quiet": True}, "then": [{"send": "a"}]}]}, "1-branch"),
    ],
)
def test_whatever_acts_or_decides_can_be_held_and_is_tried_again(cloud, step, name):
    goes_on = StepOutcomeV1.case(None) if name == "1-branch" else StepOutcomeV1.done()
    outcomes = iter([StepOutcomeV1.hold(900, "journey_paused"), goes_on])
    cloud.answers = {name: lambda _: next(outcomes)}
    assert cloud.run(a_journey(step or {"send": "hello"}, {"send": "bye"})) == "SUCCEEDED"
    assert cloud.steps.count(name) == 2
    assert cloud.waits == [900]
    assert cloud.steps[-2:] == ["2-send-bye", "finish"]


def test_a_withheld_message_does_not_stop_the_journey(cloud):
    cloud.answers = {"1-send-hello": lambda _: StepOutcomeV1.withheld("no_consent")}
    assert cloud.run(a_journey({"send": "hello"}, {"send": "bye"})) == "SUCCEEDED"
    assert cloud.steps[-2:] == ["2-send-bye", "finish"]


def test_a_branch_goes_the_way_that_was_decided_and_comes_together_again(cloud):
    branch = {
        "branch": [
            {"if": {"class": "A"}, "then": [{"task": "call", "team": "sales"}]},
            {"if": {"class": "B"}, "then": [{"reward": "gift"}, {"send": "offer"}]},
            {"else": [{"send": "hello"}]},
        ]
    }
    ways = {0: ["1.1.1-task-call"], 1: ["1.2.1-reward-gift", "1.2.2-send-offer"], None: ["1.3.1-send-hello"]}
    for index, way in ways.items():
        cloud.payloads.clear()
        cloud.answers = {"1-branch": as_case(index)}
        assert cloud.run(a_journey(branch, {"send": "bye"})) == "SUCCEEDED"
        assert cloud.steps == ["enter", "1-branch", *way, "2-send-bye", "finish"]


@pytest.mark.parametrize(
    ("otherwise", "steps"),
    [
        ("go_on", ["enter", "1-wait-for-DeliveryRecorded", "2-send-hello", "finish"]),
        ("leave", ["enter", "1-wait-for-DeliveryRecorded", "finish as left"]),
    ],
)
def test_what_never_happens_is_waited_for_no_longer_than_said(cloud, otherwise, steps):
    cloud.answers = {"1-wait-for-DeliveryRecorded": lambda _: StepOutcomeV1.done()}  # nobody wakes it
    waiting = {"wait_for": "DeliveryRecorded", "at_most": "1s", "otherwise": otherwise}
    assert cloud.run(a_journey(waiting, {"send": "hello"})) == "SUCCEEDED"
    assert cloud.steps == steps


def test_throttling_nine_times_of_ten_only_takes_longer(cloud):
    tries = iter(range(1, 100))

    def mostly_throttled(_: StepPayloadV1) -> StepOutcomeV1:
        if next(tries) % 10:
            raise ChannelThrottledError
        return StepOutcomeV1.done()

    cloud.answers = {"1-send-hello": mostly_throttled}
    assert cloud.run(a_journey({"send": "hello"}, {"send": "bye"})) == "SUCCEEDED"
    assert cloud.steps.count("1-send-hello") == 10
    assert cloud.steps[-2:] == ["2-send-bye", "finish"]


def retriers(name: str = "1-send-hello") -> list[dict[str, Any]]:
    states = compile_journey(a_journey({"send": "hello"}), perform_step_arn="arn")["States"]
    found: list[dict[str, Any]] = states[name]["Retry"]
    return found


def family(above: type[Exception]) -> set[str]:
    return {above.__name__}.union(
        *(family(one) for one in above.__subclasses__() if one.__module__ == errors.__name__)
    )


def retrier_of(error: str) -> dict[str, Any]:
    """The first that names the error, as Step Functions chooses it."""
    return next(one for one in retriers() if {error, "States.TaskFailed"} & set(one["ErrorEquals"]))


def hours(retrier: dict[str, Any]) -> float:
    """How long its attempts last on average; each pause lies anywhere below its bound."""
    first, rate, most = retrier["IntervalSeconds"], retrier["BackoffRate"], retrier["MaxDelaySeconds"]
    pauses = [min(first * rate**number, most) / 2 for number in range(retrier["MaxAttempts"])]
    return float(sum(pauses)) / 3600


@pytest.mark.parametrize("error", sorted(family(RetryableError)))
def test_whatever_a_later_try_may_get_past_is_tried_for_days(error):
    assert hours(retrier_of(error)) > 48


@pytest.mark.parametrize(
    "error",
    [
        "ClientError",
        "KeyError",
        "Lambda.ResourceNotFoundException",
        "Lambda.Unknown",
        "Runtime.ExitError",
        "Runtime.HandlerNotFound",
        "Runtime.ImportModuleError",
        "Runtime.UserCodeSyntaxError",
        "Sandbox.Timedout",
        "States.Permissions",
    ],
)
def test_an_error_nobody_foresaw_is_tried_for_a_day(error):
    assert 20 < hours(retrier_of(error)) < 30


@pytest.mark.parametrize("error", sorted(family(PermanentError)))
def test_what_somebody_has_to_repair_first_is_not_tried_again(error):
    assert retrier_of(error)["MaxAttempts"] == 0


@pytest.mark.parametrize("name", ["thank-you", "win-back", "complaint-recovery"])
def test_a_journey_whose_every_step_used_all_its_attempts_stays_within_the_history_of_an_execution(name):
    tasks = sum(
        state["Type"] == "Task"
        for state in compile_journey(default_journey(name), perform_step_arn="arn")["States"].values()
    )
    assert tasks * MOST_ATTEMPTS * EVENTS_OF_AN_ATTEMPT < LONGEST_HISTORY


def test_what_fails_for_good_fails_the_execution_at_its_own_step(cloud):
    def refuse(_: StepPayloadV1) -> StepOutcomeV1:
        raise MessageRefusedError

    cloud.answers = {"1-send-hello": refuse}
    assert cloud.run(a_journey({"send": "hello"}, {"send": "bye"})) == "FAILED"
    assert cloud.steps == ["enter", "1-send-hello"]


def complaints_of_cfn_lint(definition: dict[str, Any]) -> list[str]:
    """What cfn-lint's rules for state machines (E3601) say."""
    properties = {"Definition": definition, "RoleArn": "arn:aws:iam::123456789012:role/any"}
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    found = lint(json.dumps({"Resources": {"Machine": machine}}), regions=[REGION])
    return [match.message for match in found if match.rule.id == "E3601"]


@pytest.mark.parametrize("name", ["thank-you", "win-back", "complaint-recovery"])
def test_cfn_lint_has_nothing_to_say_of_the_default_journeys(name):
    definition = compile_journey(
        default_journey(name), perform_step_arn="arn:aws:lambda:eu-west-1:1:function:x"
    )
    assert complaints_of_cfn_lint(definition) == []
    definition["States"]["finish"]["Next"] = "nowhere"
    assert complaints_of_cfn_lint(definition)
