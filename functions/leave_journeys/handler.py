"""News of a customer ends journeys, or wakes those that wait for it."""

from datetime import datetime
from functools import cache, partial
from typing import Any

from escalera import bootstrap
from escalera.domain.errors import ContractError
from escalera.domain.vocabulary import CustomerId
from escalera.journeys.occasions import subject_of
from escalera.runtime import environment
from escalera.runtime.inbox import each, envelope, take_in
from escalera.runtime.observability import observed
from escalera.use_cases.leave_journeys import JourneyNews, leave_journeys


class LeaveEnv(environment.PowertoolsEnv):
    """What this function is told."""

    TABLE_NAME: str
    DEAD_LETTER_QUEUE_URL: str


env = cache(LeaveEnv.read)


def read(body: str) -> JourneyNews:
    """One of Escalera's own events out of EventBridge's envelope."""
    told = envelope(body)
    try:
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


@observed
def handler(event: Any, context: Any) -> Any:
    """End or wake what each piece of news ends or wakes."""
    ending = partial(
        leave_journeys,
        customers=bootstrap.customers(env().TABLE_NAME),
        runs=bootstrap.runs(),
        whereabouts=bootstrap.whereabouts(env().TABLE_NAME),
        goals=bootstrap.goals(),
        clock=bootstrap.clock(),
    )
    return take_in(event, context, read=read, use=each(ending), dead_letters=env().DEAD_LETTER_QUEUE_URL)
