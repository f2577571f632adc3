"""What the table's stream tells is kept for a rebuild, in files by time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from escalera.domain.record_history import RecordChange, Removal

RECORDS = "records/"
"""Here lie the changes: each file those of one batch, by the time of its last."""
REMOVALS = "removals/"
"""Here it stands when records were removed by neither Escalera nor their lifetime."""
REBUILDS = "rebuilds/"
"""Here it stands when a rebuild was done."""


class RecordFiles(Protocol):
    """The archive's files; those of a night are kept by the same store."""

    def write_lines(self, name: str, lines: Sequence[bytes]) -> None:
        """Write a gzipped file of these lines, over whatever was there."""

    def write(self, name: str, value: object) -> None:
        """Write plain JSON, over whatever was there."""


def archive_records(
    changes: Sequence[RecordChange], lines: Sequence[bytes], *, files: RecordFiles
) -> Sequence[RecordChange]:
    """Keep a batch of the stream; the answer is what was removed without explanation.

    The same batch again writes the same files again.
    """
    if not changes:
        return ()
    first, last = changes[0].position, changes[-1].position
    name = f"{stamp(max(one.at for one in changes))}/{first.stream.replace(':', '')}/{first.number}-{last.number}"
    files.write_lines(f"{RECORDS}{name}.json.gz", lines)
    removed = [one for one in changes if one.removal is Removal.UNEXPLAINED]
    if removed:
        since = min(one.at for one in removed)
        files.write(
            f"{REMOVALS}{stamp(since)}/{first.number}-{last.number}.json",
            {"records": len(removed), "from": since.isoformat()},
        )
    return removed


def stamp(at: datetime) -> str:
    """A moment in the name of a file: names sort as moments do."""
    return f"{at:%Y/%m/%d/%H%M%S}"


def moment(name: str) -> str:
    """The moment in a file's name, as `stamp` writes it."""
    return "/".join(name.split("/")[1:5])
