"""Journeys that failed for a customer: which, where and why, and putting them back."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from escalera_cli.dead_letters import StaysError

REDRIVABLE_FOR = timedelta(days=14)
"""So long after its end Step Functions redrives an execution."""
_EVENTS_LOOKED_AT = 1000
_UNKNOWN = "?"


@dataclass(frozen=True)
class FailedJourney:
    """One execution that failed."""

    id: str
    """The execution's name."""
    execution: str
    journey: str
    customer_id: str
    step: str
    reason: str
    failed_at: datetime

    def plain(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {
            "id": self.id,
            "journey": self.journey,
            "customer_id": self.customer_id,
            "step": self.step,
            "reason": self.reason,
            "failed": self.failed_at.isoformat(),
        }

    def __str__(self) -> str:
        failed = (
            f"{self.id}  failed {self.failed_at:%Y-%m-%d %H:%M}  {self.journey}  customer {self.customer_id}"
        )
        return f"{failed}\n    at {self.step}: {self.reason}"


class FailedJourneys:
    """The failed executions of these state machines, by the journey's name."""

    def __init__(self, client: Any, machines: dict[str, str]) -> None:
        self._client = client
        self._machines = machines

    def count(self) -> int:
        """How many can be redriven."""
        return sum(1 for _ in self._ended())

    def read(self) -> list[FailedJourney]:
        """All that can be redriven, the one that failed first at the head."""
        return sorted((self._described(*one) for one in self._ended()), key=lambda one: one.failed_at)

    def redrive(self, failed: FailedJourney) -> None:
        """Let it go on from the step that failed; StaysError where Step Functions refuses.

        Nothing is done twice by it: the execution, its entry and its messages are the same as before.
        """
        try:
            self._client.redrive_execution(executionArn=failed.execution)
        except ClientError as error:
            said = error.response.get("Error", {})
            message = f"Step Functions does not redrive it ({said.get('Code')}: {said.get('Message')})"
            raise StaysError(message) from error

    def _ended(self) -> Iterator[tuple[str, dict[str, Any]]]:
        oldest = datetime.now(UTC) - REDRIVABLE_FOR
        pages = self._client.get_paginator("list_executions")
        for journey, machine in self._machines.items():
            for status in ("FAILED", "TIMED_OUT"):
                for page in pages.paginate(stateMachineArn=machine, statusFilter=status):
                    for run in page["executions"]:
                        if run["stopDate"] > oldest:
                            yield journey, run

    def _described(self, journey: str, run: dict[str, Any]) -> FailedJourney:
        execution = run["executionArn"]
        ran = self._client.describe_execution(executionArn=execution)
        return FailedJourney(
            id=run["name"],
            execution=execution,
            journey=journey,
            customer_id=_customer_of(ran.get("input", "")),
            step=self._step_of(execution),
            reason=_reason(ran),
            failed_at=run["stopDate"],
        )

    def _step_of(self, execution: str) -> str:
        """The state entered last. The attempts that failed stand behind it: there may be hundreds."""
        history = self._client.get_execution_history(
            executionArn=execution,
            reverseOrder=True,
            maxResults=_EVENTS_LOOKED_AT,
            includeExecutionData=False,
        )
        for event in history["events"]:
            if entered := event.get("stateEnteredEventDetails"):
                return str(entered["name"])
        return _UNKNOWN


def _customer_of(given: str) -> str:
    try:
        return str(json.loads(given)["detail"]["customer_id"])
    except (ValueError, KeyError, TypeError):
        return _UNKNOWN


def _reason(ran: dict[str, Any]) -> str:
    """The error's name and message; of a function's failure, Lambda writes both into the cause."""
    error, cause = str(ran.get("error") or ran["status"]), str(ran.get("cause") or "")
    with suppress(ValueError, AttributeError):  # not a function's
        cause = str(json.loads(cause).get("errorMessage", ""))
    return f"{error}: {cause}" if cause else error
