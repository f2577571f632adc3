"""The night's end: the day's measures are kept."""

from functools import cache
from typing import Any

from escalera import bootstrap
from escalera.runtime import environment
from escalera.runtime.observability import logger, observed
from escalera.use_cases.score.nights import Night
from escalera.use_cases.score.record_measures import record_measures


class RecordEnv(environment.PowertoolsEnv):
    """What this function is told."""

    NIGHT_FILES: str
    TABLE_NAME: str


env = cache(RecordEnv.read)


@observed
def handler(event: Any, _context: Any) -> dict[str, Any]:
    """Keep the day's measures; the answer is the night in a few numbers, and the state machine's own."""
    told = record_measures(
        Night.from_json(event["night"]),
        files=bootstrap.night_files(env().NIGHT_FILES),
        daily=bootstrap.daily_measures(env().TABLE_NAME),
        rules=bootstrap.night_rules(),
    )
    logger().info("kept the day's measures", day=told["day"], kept=told["measures_kept"])
    return told
