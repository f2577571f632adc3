"""State machines: RedriveExecution, which MiniStack does not know."""

import contextvars
import json
import threading
from typing import Any

from ministack.core.responses import error_response_json, json_response, now_iso
from ministack.services import stepfunctions

from .registry import mend
from .settings import Settings
from .stepfunctions import Run, StoppedError, current, runs

HANDLERS = {"Pass": "_execute_pass", "Choice": "_execute_choice", "Wait": "_execute_wait"}


def redrive(data: dict[str, Any]) -> Any:
    """Run an execution that failed on from the state that it failed in, with that state's input."""
    arn = data.get("executionArn", "")
    execution = stepfunctions._executions.get(arn)
    if execution is None:
        return error_response_json("ExecutionDoesNotExist", f"Execution {arn} not found", 400)
    if execution["status"] not in ("FAILED", "ABORTED", "TIMED_OUT"):
        message = f"Execution is {execution['status']} and cannot be redriven"
        return error_response_json("ExecutionNotRedrivable", message, 400)
    entered = next(
        event["stateEnteredEventDetails"]
        for event in reversed(execution["events"])
        if "stateEnteredEventDetails" in event
    )
    execution.update(status="RUNNING", stopDate=None, output=None, error=None, cause=None)
    execution["redriveDate"] = now_iso()
    stepfunctions._add_event(execution, "ExecutionRedriven", {})
    stepfunctions._emit_execution_status_event(execution)
    threading.Thread(
        target=contextvars.copy_context().run,
        args=(go_on, execution, entered["name"], json.loads(entered["input"])),
        daemon=True,
    ).start()
    return json_response({"redriveDate": execution["redriveDate"]})


def go_on(execution: dict[str, Any], name: str, given: Any) -> None:
    """Run to the end of the state machine, as upstream does from its first state."""
    arn = execution["executionArn"]
    runs[arn] = Run(execution["stateMachineArn"])
    token = current.set(runs[arn])
    try:
        output = walk(execution, name, given)
        if execution["status"] == "RUNNING":
            execution.update(status="SUCCEEDED", output=json.dumps(output), stopDate=now_iso())
            stepfunctions._add_event(execution, "ExecutionSucceeded", {})
            stepfunctions._emit_execution_status_event(execution)
    except StoppedError:
        pass
    except stepfunctions._ExecutionError as error:
        stepfunctions._fail_execution(execution, error.error, error.cause)
    finally:
        current.reset(token)
        runs.pop(arn, None)


def walk(execution: dict[str, Any], name: str | None, given: Any) -> Any:
    """Pass from state to state; the answer is the last one's output."""
    machine = stepfunctions._state_machines[execution["stateMachineArn"]]
    context: dict[str, Any] = {
        "QueryLanguage": "JSONPath",
        "Execution": {"Id": execution["executionArn"], "Name": execution["name"]},
        "StateMachine": {"Id": execution["stateMachineArn"], "Name": machine["name"]},
        "variables": {},
    }
    states = json.loads(machine["definition"])["States"]
    while name and execution["status"] == "RUNNING":
        state = states[name]
        kind = state["Type"]
        context["State"] = {"Name": name, "EnteredTime": now_iso(), "RetryCount": 0}
        details = {"stateEnteredEventDetails": {"name": name, "input": json.dumps(given)}}
        stepfunctions._add_event(execution, f"{kind}StateEntered", details)
        if kind == "Succeed":
            break
        if kind == "Task":
            given, name = stepfunctions._execute_task(state, given, execution, context)
        else:
            given, name = getattr(stepfunctions, HANDLERS[kind])(state, given, context)
    return given


@mend("RedriveExecution is unknown", {"services.stepfunctions.handle_request": "efa6e8c4532a"})
def redrive_executions(_: Settings) -> None:
    """Answer RedriveExecution."""
    upstream = stepfunctions.handle_request

    async def handle(method: str, path: str, headers: Any, body: Any, query: Any) -> Any:
        if headers.get("x-amz-target", "").endswith(".RedriveExecution"):
            return stepfunctions._finalize_response(redrive(json.loads(body)))
        return await upstream(method, path, headers, body, query)

    stepfunctions.handle_request = handle
