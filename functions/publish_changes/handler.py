"""What changed in the table is told on the bus."""

from functools import cache
from typing import Any

from escalera import bootstrap
from escalera.runtime import environment
from escalera.runtime.observability import logger, observed
from escalera.use_cases.publish_changes import publish_changes


class PublishEnv(environment.PowertoolsEnv):
    """What this function is told."""

    BUS_NAME: str


env = cache(PublishEnv.read)


@observed
def handler(event: Any, _context: Any) -> dict[str, list[dict[str, str]]]:
    """Tell every change in order; the answer names the first that was not told and all after it."""
    images = [record["dynamodb"] for record in event["Records"]]
    changes = [bootstrap.news(image) for image in images]
    refused = publish_changes(changes, events=bootstrap.publisher(env().BUS_NAME), clock=bootstrap.clock())
    if refused:
        logger().warning("changes not told yet", refused=len(refused), of=len(changes))
    left = images[min(refused, default=len(images)) :]
    return {"batchItemFailures": [{"itemIdentifier": image["SequenceNumber"]} for image in left]}
