import json

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from escalera.adapters.stepfunctions import StepFunctionsJourneyRuns
from escalera.contracts.steps import StepOutcomeV1
from escalera.domain.errors import RetryableError
from escalera.ports.journeys import RunState, RunStatus
from tests.fakes.table import connect

ROLE = "arn:aws:iam::123456789012:role/journeys"


def failing(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "StopExecution")


def test_running_journey_is_stopped_and_stopping_it_again_is_no_error(aws):
    client = boto3.client("stepfunctions", region_name="eu-west-1")
    wait = {"StartAt": "wait", "States": {"wait": {"Type": "Wait", "Seconds": 9, "End": True}}}
    machine = client.create_state_machine(name="j", definition=json.dumps(wait), roleArn=ROLE)[
        "stateMachineArn"
    ]
    execution = client.start_execution(stateMachineArn=machine)["executionArn"]
    runs = StepFunctionsJourneyRuns(connect)
    runs.stop(execution, reason="PurchaseRecorded")
    runs.stop(execution, reason="PurchaseRecorded")
    assert client.describe_execution(executionArn=execution)["status"] == "ABORTED"
    runs.stop(execution[:-4] + "0000", reason="PurchaseRecorded")


def test_waiting_step_is_woken_with_an_outcome_the_contract_knows(answering):
    service = answering({})
    StepFunctionsJourneyRuns(service.connect).wake("token")
    (asked,) = service.asked
    assert asked["taskToken"] == "token"
    assert json.loads(asked["output"]) == {"outcome": "done", "reason": "", "seconds": 0}
    assert StepOutcomeV1.model_validate_json(asked["output"]) == StepOutcomeV1.done()


@pytest.mark.parametrize(
    "code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken", "ExecutionDoesNotExist"]
)
def test_journey_that_is_over_is_no_error(answering, code):
    service = answering(failing(code), failing(code))
    runs = StepFunctionsJourneyRuns(service.connect)
    runs.wake("token")
    runs.stop("arn", reason="PurchaseRecorded")
    assert len(service.asked) == 2


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (failing("ThrottlingException"), RetryableError),
        (ConnectTimeoutError(endpoint_url="https://states"), RetryableError),
        (failing("AccessDeniedException"), RetryableError),
        (failing("ValidationException"), ClientError),
    ],
)
def test_wish_that_was_not_heard_says_whether_to_ask_again(answering, error, meaning):
    with pytest.raises(meaning):
        StepFunctionsJourneyRuns(answering(error).connect).stop("arn", reason="x")


DELETED = {"error": "States.Runtime", "cause": "State machine thank-you has been deleted."}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"status": "RUNNING"}, RunStatus(RunState.RUNNING)),
        ({"status": "PENDING_REDRIVE", "redriveCount": 2}, RunStatus(RunState.RUNNING, redrives=2)),
        ({"status": "SUCCEEDED"}, RunStatus(RunState.SUCCEEDED)),
        ({"status": "TIMED_OUT"}, RunStatus(RunState.FAILED)),
        ({"status": "FAILED", "error": "JourneyFailed", "cause": "A step."}, RunStatus(RunState.FAILED)),
        ({"status": "FAILED", **DELETED}, RunStatus(RunState.GONE)),
        ({"status": "ABORTED"}, RunStatus(RunState.STOPPED)),
        (
            {"status": "ABORTED", "error": "Left", "cause": "GroupLeft"},
            RunStatus(RunState.STOPPED, "GroupLeft"),
        ),
        (failing("ExecutionDoesNotExist"), RunStatus(RunState.GONE)),
    ],
)
def test_how_far_a_journey_has_come_is_told_as_it_matters(answering, answer, expected):
    assert StepFunctionsJourneyRuns(answering(answer).connect).status("arn") == expected
