"""Every day: whose silence became unusual?"""

from functools import cache
from typing import Any

from escalera import bootstrap
from escalera.runtime import environment
from escalera.runtime.observability import logger, metrics, observed
from escalera.use_cases.find_quiet_customers import find_quiet_customers


class QuietEnv(environment.PowertoolsEnv):
    """What this function is told."""

    TABLE_NAME: str


env = cache(QuietEnv.read)


@observed
def handler(_event: Any, _context: Any) -> dict[str, int]:
    """Mark those who are quiet by now; the answer is how many."""
    table = env().TABLE_NAME
    found = find_quiet_customers(
        customers=bootstrap.customers(table),
        sweeps=bootstrap.sweeps(table),
        rules=bootstrap.rules(table),
        clock=bootstrap.clock(),
    )
    logger().info("looked for quiet customers", found=found)
    metrics().add_metric("CustomersWentQuiet", "Count", found)
    return {"found": found}
