"""Every half hour: who should have moved on in a journey, and is there still a run that moves them?"""

from functools import cache
from typing import Any

from escalera import bootstrap
from escalera.runtime import environment
from escalera.runtime.observability import logger, metrics, observed
from escalera.use_cases.close_stranded_entries import close_stranded_entries


class StrandedEnv(environment.PowertoolsEnv):
    """What this function is told."""

    TABLE_NAME: str


env = cache(StrandedEnv.read)


@observed
def handler(_event: Any, _context: Any) -> dict[str, int]:
    """Close every entry whose run is over; the answer is how many were looked at, and closed."""
    table = env().TABLE_NAME
    swept = close_stranded_entries(
        bootstrap.programme(),
        bootstrap.graphs(),
        bootstrap.closing_ports(table),
        steps=bootstrap.journey_steps(table),
        work=bootstrap.work_lists(table),
        whereabouts=bootstrap.whereabouts(table),
    )
    logger().info("closed stranded entries", looked_at=swept.looked_at, closed=swept.closed)
    metrics().add_metric("EntriesClosed", "Count", swept.closed)
    return {"looked_at": swept.looked_at, "closed": swept.closed}
