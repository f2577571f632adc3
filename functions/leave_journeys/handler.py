"""News of a customer ends journeys, or wakes those that wait for it; what an execution left open that ended is closed."""

import json
from datetime import datetime
from functools import cache
from typing import Any

from escalera import bootstrap
from escalera.domain.errors import ContractError
from escalera.domain.vocabulary import CustomerId, JourneyName
from escalera.journeys.occasions import subject_of
from escalera.ports.journeys import RunState
from escalera.runtime import environment
from escalera.runtime.inbox import each, envelope, take_in
from escalera.runtime.observability import logger, observed
from escalera.use_cases.close_entries import EndedRun, close_ended_run
from escalera.use_cases.leave_journeys import JourneyNews, leave_journeys
from escalera.use_cases.record_failures import JourneyEnd, record_failure

STEP_FUNCTIONS = "aws.states"


class LeaveEnv(environment.PowertoolsEnv):
    """What this function is told."""

    TABLE_NAME: str
    JOURNEYS: str
    """JSON: the journeys' names by the ARNs of their state machines."""
    DEAD_LETTER_QUEUE_URL: str


env = cache(LeaveEnv.read)


def read(body: str) -> JourneyNews | JourneyEnd | EndedRun:
    """One of Escalera's own events, or of Step Functions', out of EventBridge's envelope."""
    told = envelope(body)
    try:
        if told.get("source") == STEP_FUNCTIONS:
            return _read_end(told["detail"])
        name, detail = told["detail-type"], told["detail"]
        customer_id = CustomerId(detail["customer_id"])
        at = datetime.fromisoformat(detail["occurred_at"])
        return JourneyNews(name, detail["event_id"], at, customer_id, subject_of(name, detail))
    except KeyError as error:
        raise ContractError(f"this is no event of Escalera: {error} is missing") from error
    except (TypeError, ValueError) as error:
        raise ContractError(
            "this is no event of Escalera: its detail is no object, or its time no instant"
        ) from error


def _read_end(detail: Any) -> JourneyEnd | EndedRun:
    started_by = json.loads(detail["input"])["detail"]
    customer_id = CustomerId(started_by["customer_id"])
    journey = json.loads(env().JOURNEYS).get(detail["stateMachineArn"], "")
    if not journey or detail["status"] == "ABORTED":
        # Stopped, or of a journey that this release does not have: nobody redrives it.
        states = {"ABORTED": RunState.STOPPED, "SUCCEEDED": RunState.SUCCEEDED}
        state = states.get(detail["status"], RunState.FAILED)
        return EndedRun(
            detail["executionArn"], customer_id, state, redrives=int(detail.get("redriveCount") or 0)
        )
    return JourneyEnd(
        journey=JourneyName(journey),
        customer_id=customer_id,
        execution=detail["executionArn"],
        cause=started_by["event_id"],
        failed=detail["status"] != "SUCCEEDED",
    )


def use(news: JourneyNews | JourneyEnd | EndedRun) -> None:
    """End or wake what it ends or wakes, or note how an execution of a journey ended."""
    match news:
        case EndedRun():
            close_ended_run(news, bootstrap.closing_ports(env().TABLE_NAME))
        case JourneyEnd():
            customers = bootstrap.customers(env().TABLE_NAME)
            if record_failure(news, customers=customers, clock=bootstrap.clock()) and news.failed:
                logger().warning("journey failed", journey=news.journey, execution=news.execution)
        case JourneyNews():
            _end_or_wake(news)


def _end_or_wake(news: JourneyNews) -> None:
    table = env().TABLE_NAME
    leave_journeys(
        news,
        customers=bootstrap.customers(table),
        runs=bootstrap.runs(),
        whereabouts=bootstrap.whereabouts(table),
        goals=bootstrap.goals(),
        clock=bootstrap.clock(),
    )


@observed
def handler(event: Any, context: Any) -> Any:
    """Take in every piece of news."""
    return take_in(event, context, read=read, use=each(use), dead_letters=env().DEAD_LETTER_QUEUE_URL)
