"""A complaint was raised, answered or resolved."""

from functools import cache, partial
from typing import Any

from escalera import bootstrap
from escalera.contracts.complaints import ComplaintAnsweredV1, ComplaintRaisedV1, ComplaintResolvedV1
from escalera.runtime import environment
from escalera.runtime.inbox import event_reader, take_in
from escalera.runtime.observability import observed
from escalera.use_cases.record_complaints import record_complaints


class ComplaintEnv(environment.PowertoolsEnv):
    """What this function is told."""

    TABLE_NAME: str
    DEAD_LETTER_QUEUE_URL: str


env = cache(ComplaintEnv.read)
read = event_reader(ComplaintRaisedV1, ComplaintAnsweredV1, ComplaintResolvedV1)


@observed
def handler(event: Any, context: Any) -> Any:
    """Merge each word on a complaint into what is known of it."""
    return take_in(
        event,
        context,
        read=read,
        use=partial(
            record_complaints,
            customers=bootstrap.customers(env().TABLE_NAME),
            rules=bootstrap.rules(),
            clock=bootstrap.clock(),
        ),
        dead_letters=env().DEAD_LETTER_QUEUE_URL,
    )
