"""Somebody bought."""

from functools import cache, partial
from typing import Any

from escalera import bootstrap
from escalera.contracts.purchases import PurchaseCompletedV1
from escalera.runtime import environment
from escalera.runtime.inbox import event_reader, take_in
from escalera.runtime.observability import observed
from escalera.use_cases.record_purchases import record_purchases


class PurchaseEnv(environment.PowertoolsEnv):
    """What this function is told."""

    TABLE_NAME: str
    DEAD_LETTER_QUEUE_URL: str


env = cache(PurchaseEnv.read)
read = event_reader(PurchaseCompletedV1)


@observed
def handler(event: Any, context: Any) -> Any:
    """Put each order into the books, once."""
    return take_in(
        event,
        context,
        read=read,
        use=partial(
            record_purchases,
            customers=bootstrap.customers(env().TABLE_NAME),
            rules=bootstrap.rules(),
            clock=bootstrap.clock(),
        ),
        dead_letters=env().DEAD_LETTER_QUEUE_URL,
    )
