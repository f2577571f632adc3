"""What changed in the table is followed by what is made of it, and told on the bus."""

from functools import cache
from typing import Any

from escalera import bootstrap
from escalera.runtime import environment
from escalera.runtime.observability import logger, observed
from escalera.use_cases.close_addresses import keep_closed
from escalera.use_cases.follow_changes import follow_changes
from escalera.use_cases.publish_changes import publish_changes


class PublishEnv(environment.PowertoolsEnv):
    """What this function is told."""

    BUS_NAME: str
    TABLE_NAME: str


env = cache(PublishEnv.read)


@observed
def handler(event: Any, _context: Any) -> dict[str, list[dict[str, str]]]:
    """Follow and tell every change in order; the answer names the first that was not, and all after it.

    What customers are found by comes first: whoever hears of a customer on the bus finds them. And an address that is
    closed is so before anybody hears of whom has it now: no journey that this starts writes there.
    """
    images = [record["dynamodb"] for record in event["Records"]]
    written = [bootstrap.written(image) for image in images]
    table = env().TABLE_NAME
    followed, said = follow_changes(written, projections=bootstrap.projections(table))
    keep_closed(followed, said, customers=bootstrap.customers(table))
    changes = [one.news for one in followed]
    refused = publish_changes(changes, events=bootstrap.publisher(env().BUS_NAME), clock=bootstrap.clock())
    left = images[min(refused, default=len(followed)) :]
    if left:
        logger().warning("changes not told yet", left=len(left), of=len(images))
    return {"batchItemFailures": [{"itemIdentifier": image["SequenceNumber"]} for image in left]}
