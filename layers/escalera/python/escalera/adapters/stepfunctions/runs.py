"""Stops and wakes executions; one that is over already has what was wished."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from escalera.ports.journeys import RunState, RunStatus

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

Connect = Callable[[str, Mapping[str, Any]], Any]

CLIENT_SETTINGS: Mapping[str, Any] = {
    "connect_timeout": 1,
    "read_timeout": 5,
    "retries": {"mode": "standard", "total_max_attempts": 4},
}
# `StepOutcomeV1.done()`, as a test sees to; its model would bring all of pydantic into functions that need none.
_DONE = '{"outcome":"done","reason":"","seconds":0}'
_LONGEST_CAUSE = 32768
_STOPPED_BY_US = "Left"
_DELETED = "has been deleted"
"""So ends the cause of an execution whose state machine was deleted under it."""
_OVER = frozenset({"ExecutionDoesNotExist", "TaskDoesNotExist", "TaskTimedOut", "InvalidToken"})
_STATES = {
    "SUCCEEDED": RunState.SUCCEEDED,
    "FAILED": RunState.FAILED,
    "TIMED_OUT": RunState.FAILED,
    "ABORTED": RunState.STOPPED,
}


class StepFunctionsJourneyRuns:
    """`JourneyRuns` over Step Functions. RetryableError when it could not be asked; any wish may be repeated."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    @cached_property
    def client(self) -> "SFNClient":
        """The low-level client, made when first needed."""
        client: SFNClient = self._connect("stepfunctions", CLIENT_SETTINGS)
        return client

    def stop(self, execution: str, *, reason: str) -> None:
        """Stop the execution with this ARN."""
        cause = reason[:_LONGEST_CAUSE]
        _wish(lambda: self.client.stop_execution(executionArn=execution, error=_STOPPED_BY_US, cause=cause))

    def wake(self, task_token: str) -> None:
        """Let the step that waits with this token end as done."""
        _wish(lambda: self.client.send_task_success(taskToken=task_token, output=_DONE))

    def status(self, execution: str) -> RunStatus:
        """Describe the execution with this ARN."""
        found = _wish(lambda: self.client.describe_execution(executionArn=execution))
        if found is None:
            return RunStatus(RunState.GONE)
        # What is not over: RUNNING, and PENDING_REDRIVE.
        state = _STATES.get(found["status"], RunState.RUNNING)
        error, cause = found.get("error"), found.get("cause", "")
        if state is RunState.FAILED and error == "States.Runtime" and _DELETED in cause:
            state = RunState.GONE
        reason = cause if error == _STOPPED_BY_US else ""
        return RunStatus(state, reason, found.get("redriveCount", 0))


def _wish(call: Callable[[], Any]) -> Any:
    """What the call answers; None where what it is about is over or gone."""
    try:
        return call()
    except ClientError as error:
        if str(error.response.get("Error", {}).get("Code", "")) not in _OVER:
            raise
        return None
