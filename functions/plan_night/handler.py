"""The export is there: how will this night work through the base?"""

from functools import cache
from typing import Any

from escalera.runtime import environment
from escalera.runtime.observability import logger, observed
from escalera.use_cases.score.plan_night import plan_night


class PlanEnv(environment.PowertoolsEnv):
    """What this function is told: nothing of its own."""


env = cache(PlanEnv.read)


@observed
def handler(event: Any, _context: Any) -> dict[str, Any]:
    """Plan the night; the state machine hands the answer to all its steps."""
    env()
    night = plan_night(event["folder"], event["export"])
    logger().info("planned the night", items=event["export"]["ItemCount"], parts=night.buckets)
    return {"night": night.to_json(), "buckets": list(range(night.buckets)), "manifest": night.manifest}
