"""One part of the base, scored; what changed is written back."""

from functools import cache
from typing import Any

from escalera import bootstrap
from escalera.runtime import environment
from escalera.runtime.observability import logger, metrics, observed
from escalera.use_cases.score.nights import Night
from escalera.use_cases.score.score_customers import score_customers


class ScoreEnv(environment.PowertoolsEnv):
    """What this function is told."""

    NIGHT_FILES: str
    TABLE_NAME: str


env = cache(ScoreEnv.read)


@observed
def handler(event: Any, _context: Any) -> int:
    """Score one part; the answer is how many customers were written."""
    found = score_customers(
        Night.from_json(event["night"]),
        event["bucket"],
        files=bootstrap.night_files(env().NIGHT_FILES),
        export=bootstrap.export_reader(),
        customers=bootstrap.customers(env().TABLE_NAME),
        rules=bootstrap.night_rules(),
    )
    logger().info(
        "scored a part of the base",
        part=event["bucket"],
        known=found.known,
        scored=found.scored,
        written=found.written,
        left=found.left,
    )
    metrics().add_metric("CustomersWrittenByNight", "Count", found.written)
    metrics().add_metric("CustomersLeftByNight", "Count", found.left)
    return found.written
