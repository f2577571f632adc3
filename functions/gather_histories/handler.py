"""One file of the export, sorted by customer."""

from functools import cache
from typing import Any

from escalera import bootstrap
from escalera.runtime import environment
from escalera.runtime.observability import logger, observed
from escalera.use_cases.score.gather_histories import gather_histories
from escalera.use_cases.score.nights import Night


class GatherEnv(environment.PowertoolsEnv):
    """What this function is told."""

    NIGHT_FILES: str


env = cache(GatherEnv.read)


@observed
def handler(event: Any, _context: Any) -> int:
    """Deal one file out; the answer is how many records were kept."""
    night = Night.from_json(event["night"])
    files = bootstrap.night_files(env().NIGHT_FILES)
    found = gather_histories(night, event["file"], files=files, export=bootstrap.export_reader())
    logger().info("gathered a file", kept=found.kept, passed_over=found.passed_over)
    return found.kept
