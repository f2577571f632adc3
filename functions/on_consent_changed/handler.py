"""A customer said yes, or no."""

from functools import cache, partial
from typing import Any

from escalera import bootstrap
from escalera.contracts.customers import ConsentGivenV1, ConsentWithdrawnV1
from escalera.runtime import environment
from escalera.runtime.inbox import event_reader, take_in
from escalera.runtime.observability import observed
from escalera.use_cases.record_consents import record_consents


class ConsentEnv(environment.PowertoolsEnv):
    """What this function is told."""

    TABLE_NAME: str
    DEAD_LETTER_QUEUE_URL: str


env = cache(ConsentEnv.read)
read = event_reader(ConsentGivenV1, ConsentWithdrawnV1)


@observed
def handler(event: Any, context: Any) -> Any:
    """Keep the last word on each purpose and channel."""
    return take_in(
        event,
        context,
        read=read,
        use=partial(
            record_consents,
            customers=bootstrap.customers(env().TABLE_NAME),
            rules=bootstrap.rules(),
            clock=bootstrap.clock(),
        ),
        dead_letters=env().DEAD_LETTER_QUEUE_URL,
    )
