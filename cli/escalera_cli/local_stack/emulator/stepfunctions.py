"""State machines: every wait follows the wait scale, and a stopped execution stops at once."""

import contextvars
import json
import random
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.services import stepfunctions

from .registry import mend
from .settings import Settings

# A retry that fails again at once would otherwise spin when the scale makes its interval nothing.
SHORTEST_RETRY_SECONDS = 0.02


class StoppedError(BaseException):
    """Leaves an execution's thread after StopExecution; no Retry or Catch may see it."""


class Run:
    """One execution that is under way, and the means to stop it in the middle of a wait."""

    def __init__(self, machine: str) -> None:
        """Begin with nothing to wait for; `machine` is the state machine's ARN."""
        self.machine = machine
        self.changed = threading.Event()
        self.stopped = False
        self.retry_in: float | None = None

    def stop(self) -> None:
        """End whatever wait the execution is in."""
        self.stopped = True
        self.changed.set()

    def wait(self, seconds: float, done: Callable[[], bool] = lambda: False) -> None:
        """Sleep for real seconds, or until `done`; leave the execution's thread when it is stopped."""
        until = time.monotonic() + seconds
        while not self.stopped:
            left = until - time.monotonic()
            if left <= 0 or done():
                return
            self.changed.wait(min(left, threading.TIMEOUT_MAX))
            self.changed.clear()
        raise StoppedError


runs: dict[str, Run] = {}
token_machines: dict[str, str] = {}  # kept after a token's end: a late answer is judged like any other
current: contextvars.ContextVar[Run | None] = contextvars.ContextVar("run", default=None)


def scaled(seconds: float) -> float:
    """Give the real seconds that a state machine's seconds last."""
    return float(seconds) * float(stepfunctions._SFN_WAIT_SCALE)


@mend(
    "StopExecution ends no wait, lets a retry call its function once more, and a late failure overwrites ABORTED",
    {
        "services.stepfunctions._run_execution": "996dff84e0e0",
        "services.stepfunctions._stop_execution": "44d2d84ccd5c",
        "services.stepfunctions._fail_execution": "e6da895fa0b7",
    },
)
def stop_executions_at_once(_: Settings) -> None:
    """Keep each execution's `Run`, so that StopExecution can end its wait and its outcome stays ABORTED."""
    run_execution, stop_execution = stepfunctions._run_execution, stepfunctions._stop_execution
    fail_execution = stepfunctions._fail_execution

    def run(arn: str) -> None:
        execution = stepfunctions._executions.get(arn) or {}
        runs[arn] = Run(execution.get("stateMachineArn", ""))
        token = current.set(runs[arn])
        try:
            run_execution(arn)
        except StoppedError:
            pass
        finally:
            current.reset(token)
            runs.pop(arn, None)

    def stop(data: dict[str, Any]) -> Any:
        answer = stop_execution(data)
        if (found := runs.get(data.get("executionArn", ""))) and answer[0] < 300:
            found.stop()
        return answer

    def fail(execution: dict[str, Any], error: str, cause: str) -> None:
        if execution["status"] == "RUNNING":
            fail_execution(execution, error, cause)

    stepfunctions._run_execution, stepfunctions._stop_execution = run, stop
    stepfunctions._fail_execution = fail


class TimeWithoutStartDelay:
    """Stands for the `time` module inside Step Functions, without the 150 ms each execution waits to begin."""

    def __getattr__(self, name: str) -> Any:
        """Pass on everything else."""
        return getattr(time, name)

    @staticmethod
    def sleep(seconds: float) -> None:
        """Sleep, unless it is the constant delay at an execution's start."""
        if seconds != 0.15:
            time.sleep(seconds)


@mend(
    "an execution begins 150 ms late; retries ignore MaxDelaySeconds and JitterStrategy and never wait above 60 s",
    {
        "services.stepfunctions._scaled_sleep": "5ed19df2efa9",
        "services.stepfunctions._find_matching_retrier": "cb494ae8503c",
        "services.stepfunctions._execute_task": "53c818d247db",
    },
)
def wait_as_the_definition_says(_: Settings) -> None:
    """Scale waits and retries alike, let them be stopped, and compute a retry's delay as AWS does."""
    find_retrier = stepfunctions._find_matching_retrier

    def matching_retrier(retriers: list[dict[str, Any]], error: str, counts: dict[int, int]) -> Any:
        retrier, index = find_retrier(retriers, error, counts)
        run = current.get()
        if retrier is not None and run is not None:
            delay = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** counts.get(
                index, 0
            )
            delay = min(delay, retrier.get("MaxDelaySeconds", delay))
            run.retry_in = random.uniform(0, delay) if retrier.get("JitterStrategy") == "FULL" else delay  # noqa: S311
        return retrier, index

    def scaled_sleep(seconds: float) -> None:
        run = current.get()
        if run is None:
            time.sleep(max(0.0, scaled(seconds)))
        elif run.retry_in is not None:
            delay, run.retry_in = run.retry_in, None
            run.wait(max(scaled(delay), SHORTEST_RETRY_SECONDS))
        else:
            run.wait(max(0.0, scaled(seconds)))

    stepfunctions._find_matching_retrier, stepfunctions._scaled_sleep = matching_retrier, scaled_sleep
    stepfunctions.time = TimeWithoutStartDelay()


class Callback(threading.Event):
    """The event that upstream sets when a task token comes back; it wakes the execution that waits for it."""

    def __init__(self, wake: Callable[[], None]) -> None:
        """Call `wake` once the token has come back."""
        super().__init__()
        self.wake = wake

    def set(self) -> None:
        """Mark the token as back."""
        super().set()
        self.wake()


def await_token(token: str, seconds: float) -> Any:
    """Wait for SendTaskSuccess or SendTaskFailure, for `seconds` of the state machine's time."""
    run = current.get() or Run("")
    held = stepfunctions._task_tokens[token]
    try:
        run.wait(scaled(seconds), held["event"].is_set)
        if not held["event"].is_set():
            raise stepfunctions._ExecutionError("States.Timeout", "Task timed out waiting for callback")
    finally:
        stepfunctions._task_tokens.pop(token, None)
    if error := held.get("error"):
        raise stepfunctions._ExecutionError(error.get("Error", "TaskFailed"), error.get("Cause", ""))
    return json.loads(held.get("result") or "{}")


@mend(
    "a token's TimeoutSeconds is real time, StopExecution does not end it, and the function's own error is swallowed",
    {
        "services.stepfunctions._invoke_with_callback": "bbb38423156a",
        "services.stepfunctions._send_task_success": "12eff48bce57",
    },
)
def wait_for_tokens_in_scaled_time(_: Settings) -> None:
    """Call the function with the token, fail with its error as AWS does, then wait in scaled time."""
    upstream = stepfunctions._invoke_with_callback

    def invoke(resource: str, data: dict[str, Any], token: str, state: dict[str, Any]) -> Any:
        if "states:::lambda:invoke" not in resource:
            return upstream(resource, data, token, state)
        run = current.get() or Run("")
        event = Callback(run.changed.set)
        stepfunctions._task_tokens[token] = {"event": event, "result": None, "error": None, "heartbeat": None}
        token_machines[token] = run.machine
        function = stepfunctions._resolve_lambda_function_ref(data.get("FunctionName", ""), optimized=True)
        try:
            stepfunctions._call_lambda(function, data.get("Payload", data))
        except stepfunctions._ExecutionError:
            stepfunctions._task_tokens.pop(token, None)
            raise
        return await_token(token, state.get("TimeoutSeconds", 99999999))

    stepfunctions._invoke_with_callback = invoke
