"""News of a customer ends journeys, or wakes those that wait for it; an execution that failed is noted."""

import json
from datetime import datetime
from functools import cache
from typing import Any

from escalera import bootstrap
from escalera.domain.errors import ContractError
from escalera.domain.vocabulary import CustomerId, JourneyName
from escalera.journeys.occasions import subject_of
from escalera.runtime import environment
from escalera.runtime.inbox import each, envelope, take_in
from escalera.runtime.observability import logger, observed
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


def read(body: str) -> JourneyNews | JourneyEnd:
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


def _read_end(detail: Any) -> JourneyEnd:
    started_by = json.loads(detail["input"])["detail"]
    journeys = json.loads(env().JOURNEYS)
    return JourneyEnd(
        journey=JourneyName(journeys.get(detail["stateMachineArn"], "")),
        customer_id=CustomerId(started_by["customer_id"]),
        execution=detail["executionArn"],
        cause=started_by["event_id"],
        failed=detail["status"] != "SUCCEEDED",
    )


def use(news: JourneyNews | JourneyEnd) -> None:
    """End or wake what it ends or wakes, or note how an execution of a journey ended."""
    if isinstance(news, JourneyEnd):
        if not news.journey:  # of another stack
            return
        customers = bootstrap.customers(env().TABLE_NAME)
        if record_failure(news, customers=customers, clock=bootstrap.clock()) and news.failed:
            logger().warning("journey failed", journey=news.journey, execution=news.execution)
        return
    _end_or_wake(news)


def _end_or_wake(news: JourneyNews) -> None:
    leave_journeys(
        news,
        customers=bootstrap.customers(env().TABLE_NAME),
        runs=bootstrap.runs(),
        whereabouts=bootstrap.whereabouts(env().TABLE_NAME),
        goals=bootstrap.goals(),
        clock=bootstrap.clock(),
    )


@observed
def handler(event: Any, context: Any) -> Any:
    """Take in every piece of news."""
    return take_in(event, context, read=read, use=each(use), dead_letters=env().DEAD_LETTER_QUEUE_URL)
