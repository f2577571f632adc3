"""What changed in the table is told on the bus."""

from functools import cache
from typing import Any

from escalera import bootstrap
from escalera.runtime import environment
from escalera.runtime.observability import logger, observed
from escalera.use_cases.close_addresses import keep_closed
from escalera.use_cases.publish_changes import publish_changes


class PublishEnv(environment.PowertoolsEnv):
    """What this function is told."""

    BUS_NAME: str
    TABLE_NAME: str


env = cache(PublishEnv.read)


@observed
def handler(event: Any, _context: Any) -> dict[str, list[dict[str, str]]]:
    """Tell every change in order; the answer names the first that was not told and all after it.

    An address that is closed is so before anybody hears of whom has it now: no journey that this starts writes there.
    """
    images = [record["dynamodb"] for record in event["Records"]]
    written = [bootstrap.written(image) for image in images]
    table = env().TABLE_NAME
    keep_closed(written, customers=bootstrap.customers(table), book=bootstrap.addresses(table))
    changes = [one.news for one in written]
    refused = publish_changes(changes, events=bootstrap.publisher(env().BUS_NAME), clock=bootstrap.clock())
    if refused:
        logger().warning("changes not told yet", refused=len(refused), of=len(changes))
    left = images[min(refused, default=len(images)) :]
    return {"batchItemFailures": [{"itemIdentifier": image["SequenceNumber"]} for image in left]}
