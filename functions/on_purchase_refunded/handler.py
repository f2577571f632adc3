"""Money was given back."""

from functools import cache, partial
from typing import Any

from escalera import bootstrap
from escalera.contracts.purchases import PurchaseRefundedV1
from escalera.runtime import environment
from escalera.runtime.inbox import event_reader, take_in
from escalera.runtime.observability import observed
from escalera.use_cases.record_refunds import record_refunds


class RefundEnv(environment.PowertoolsEnv):
    """What this function is told."""

    TABLE_NAME: str
    DEAD_LETTER_QUEUE_URL: str


env = cache(RefundEnv.read)
read = event_reader(PurchaseRefundedV1)


@observed
def handler(event: Any, context: Any) -> Any:
    """Put each refund into the books, once."""
    return take_in(
        event,
        context,
        read=read,
        use=partial(
            record_refunds,
            customers=bootstrap.customers(env().TABLE_NAME),
            rules=bootstrap.rules(),
            clock=bootstrap.clock(),
        ),
        dead_letters=env().DEAD_LETTER_QUEUE_URL,
    )
