"""What changed in the table is followed by what is made of it, and told on the bus."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from escalera import bootstrap
from escalera.ports.written import Written
from escalera.runtime import environment
from escalera.runtime.observability import observed
from escalera.runtime.stream import process_stream
from escalera.use_cases.close_addresses import keep_closed
from escalera.use_cases.follow_changes import follow_changes
from escalera.use_cases.publish_changes import publish_changes


class PublishEnv(environment.PowertoolsEnv):
    """What this function is told."""

    BUS_NAME: str
    TABLE_NAME: str
    DEAD_LETTER_QUEUE_URL: str


env = cache(PublishEnv.read)


def publish(written: Sequence[Written]) -> int:
    """Follow and tell changes in order; the answer is how many, from the first on, were told.

    What customers are found by comes first: whoever hears of a customer on the bus finds them. And an address that is
    closed is so before anybody hears of whom has it now: no journey that this starts writes there.
    """
    table = env().TABLE_NAME
    followed, said = follow_changes(written, projections=bootstrap.projections(table))
    keep_closed(followed, said, customers=bootstrap.customers(table))
    changes = [one.news for one in followed]
    refused = publish_changes(changes, events=bootstrap.publisher(env().BUS_NAME), clock=bootstrap.clock())
    return min(refused, default=len(followed))


@observed
def handler(event: Any, _context: Any) -> dict[str, list[dict[str, str]]]:
    """Publish every change of the batch; the answer names those to bring again."""
    return process_stream(
        event["Records"],
        read=bootstrap.written,
        handle=publish,
        dead_letters=env().DEAD_LETTER_QUEUE_URL,
        now=bootstrap.clock().now(),
    )
