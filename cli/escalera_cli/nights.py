"""A night of a deployed stack: started, followed to its end, and what it told."""

import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from escalera_cli.connection import LOCAL, Connection
from escalera_cli.endings import PROBLEMS, CommandError
from escalera_cli.local_shop import Report

# By the state it is in: what the night does, in the words of whoever waits for it.
_DOING = {
    "Take the turn": "Seeing that no other night runs",
    "Export the table": "Exporting the table",
    "Plan": "Planning the night",
    "Gather histories": "Gathering what each customer did",
    "Summarise the base": "Summing up the base",
    "Settle": "Fitting the value model, cutting classes and groups",
    "Score customers": "Scoring customers, writing back what changed",
    "Record": "Keeping the day's measures",
}
# The states within a map, when what began it is long past.
_DOING |= {"Summarise": _DOING["Summarise the base"], "Score": _DOING["Score customers"]}
_ENTERED = "stateEnteredEventDetails"


@dataclass(frozen=True)
class Night:
    """How a night ended."""

    execution: str
    told: dict[str, Any]
    """What its last step said of it."""


def start(connection: Connection) -> tuple[str, bool]:
    """Start a night, unless one is running: then that one. Its ARN, and whether it was started by us."""
    machine, client = connection.output("NightlyScore"), connection.client("stepfunctions")
    running = client.list_executions(stateMachineArn=machine, statusFilter="RUNNING", maxResults=1)
    if running["executions"]:
        return str(running["executions"][0]["executionArn"]), False
    return str(client.start_execution(stateMachineArn=machine, input="{}")["executionArn"]), True


def follow(
    connection: Connection,
    execution: str,
    report: Report,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Night:
    """Wait for the end, telling what the night does meanwhile. CommandError when it does not end well."""
    client = connection.client("stepfunctions")
    pause = 0.3 if connection.stage == LOCAL else 3.0
    told = ""
    while True:
        found = client.describe_execution(executionArn=execution)
        doing = _doing(client, execution)
        if doing and doing != told:
            told = doing
            report(doing, None)
        if found["status"] != "RUNNING":
            break
        sleep(pause)
    if found["status"] == "SUCCEEDED":
        return Night(execution, json.loads(found["output"]))
    raise CommandError(_why(found, told), code=PROBLEMS)


def _doing(client: Any, execution: str) -> str:
    """What the last state that we have words for does."""
    latest = client.get_execution_history(
        executionArn=execution, reverseOrder=True, maxResults=100, includeExecutionData=False
    )
    for event in latest["events"]:
        name = event.get(_ENTERED, {}).get("name", "")
        if name in _DOING:
            return _DOING[name]
    return ""


def _why(found: dict[str, Any], doing: str) -> str:
    cause = str(found.get("cause") or "")
    with contextlib.suppress(ValueError, KeyError, TypeError):  # a function's error is told as JSON
        cause = json.loads(cause)["errorMessage"]
    error = found.get("error") or found["status"]
    return (
        f"The night did not end well ({error}) while it was: {doing or 'starting'}.\n{cause}\n"
        "What it wrote is right as it stands; run it again once this is mended.\n"
        f"Its history: {found['executionArn']}"
    )
