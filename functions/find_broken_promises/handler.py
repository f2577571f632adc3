"""Every quarter of an hour: which promises are due, and were they kept?"""

from functools import cache
from typing import Any

from escalera import bootstrap
from escalera.runtime import environment
from escalera.runtime.observability import logger, metrics, observed
from escalera.use_cases.find_broken_promises import find_broken_promises


class PromiseEnv(environment.PowertoolsEnv):
    """What this function is told."""

    TABLE_NAME: str


env = cache(PromiseEnv.read)


@observed
def handler(_event: Any, _context: Any) -> dict[str, int]:
    """Settle every promise whose time has come; the answer is how many were broken."""
    table = env().TABLE_NAME
    found = find_broken_promises(
        customers=bootstrap.customers(table), sweeps=bootstrap.sweeps(table), clock=bootstrap.clock()
    )
    logger().info("looked for broken promises", found=found)
    metrics().add_metric("PromisesBroken", "Count", found)
    return {"found": found}
