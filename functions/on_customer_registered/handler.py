"""A customer made an account, or changed their details."""

from functools import cache, partial
from typing import Any

from escalera import bootstrap
from escalera.contracts.customers import CustomerRegisteredV1
from escalera.runtime import environment
from escalera.runtime.inbox import event_reader, take_in
from escalera.runtime.observability import observed
from escalera.use_cases.record_registrations import record_registrations


class RegistrationEnv(environment.PowertoolsEnv):
    """What this function is told."""

    TABLE_NAME: str
    DEAD_LETTER_QUEUE_URL: str


env = cache(RegistrationEnv.read)
read = event_reader(CustomerRegisteredV1)


@observed
def handler(event: Any, context: Any) -> Any:
    """Put each customer's details into the books."""
    return take_in(
        event,
        context,
        read=read,
        use=partial(
            record_registrations,
            customers=bootstrap.customers(env().TABLE_NAME),
            rules=bootstrap.rules(),
            clock=bootstrap.clock(),
        ),
        dead_letters=env().DEAD_LETTER_QUEUE_URL,
    )
