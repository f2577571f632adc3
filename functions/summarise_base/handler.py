"""One part of the base, summed up."""

from functools import cache
from typing import Any

from escalera import bootstrap
from escalera.runtime import environment
from escalera.runtime.observability import logger, observed
from escalera.use_cases.score.nights import Night
from escalera.use_cases.score.summarise_base import summarise_base


class SummariseEnv(environment.PowertoolsEnv):
    """What this function is told."""

    NIGHT_FILES: str


env = cache(SummariseEnv.read)


@observed
def handler(event: Any, _context: Any) -> int:
    """Sum up one part; the answer is how many of its customers ever bought."""
    bought = summarise_base(
        Night.from_json(event["night"]),
        event["bucket"],
        files=bootstrap.night_files(env().NIGHT_FILES),
        export=bootstrap.export_reader(),
        rules=bootstrap.night_rules(),
    )
    logger().info("summed up a part of the base", part=event["bucket"], bought=bought)
    return bought
