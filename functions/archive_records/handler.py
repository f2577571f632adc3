"""Every change of the table is kept in the archive of records, from which `escalera rebuild` restores it."""

from functools import cache
from typing import Any

from escalera import bootstrap
from escalera.runtime import environment
from escalera.runtime.observability import logger, metrics, observed
from escalera.use_cases.archive_records import archive_records


class ArchiveEnv(environment.PowertoolsEnv):
    """The variables this function reads."""

    RECORD_ARCHIVE: str


env = cache(ArchiveEnv.read)


@observed
def handler(event: Any, _context: Any) -> dict[str, list[Any]]:
    """Keep one batch of the stream whole; it comes again if that fails."""
    changes, lines = bootstrap.archived(event["Records"])
    removed = archive_records(changes, lines, files=bootstrap.night_files(env().RECORD_ARCHIVE))
    if removed:
        logger().warning("records were removed by hand", records=len(removed))
        metrics().add_metric("RecordsRemovedByHand", "Count", len(removed))
    return {"batchItemFailures": []}
