"""Sort the export by customer: its files hold a customer's records in any order, and not all in one file."""

from dataclasses import dataclass

from escalera.ports.night import ExportReader, NightFiles
from escalera.use_cases.score.nights import Night

HELD_BYTES = 128 * 1024 * 1024
"""So much is held before it is written: a file of the export may be larger than the memory there is."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What came of one file, in records."""

    kept: int
    passed_over: int
    """Messages, journeys, addresses and whatever else no score is made from."""


def gather_histories(
    night: Night, file: str, *, files: NightFiles, export: ExportReader, held_bytes: int = HELD_BYTES
) -> Gathered:
    """Deal the records of a file of the export out to the parts of the base.

    Done again it writes the same files: their names come from the file's, and what is in them from what is in it.
    """
    origin = file.rsplit("/", 1)[-1].split(".", 1)[0]
    held: dict[int, list[bytes]] = {}
    size = kept = passed_over = rounds = 0

    def write() -> None:
        nonlocal size, rounds
        for bucket, lines in held.items():
            files.write_lines(f"{night.histories(bucket)}{origin}-{rounds:04d}.jsonl.gz", lines)
        held.clear()
        size, rounds = 0, rounds + 1

    for line in files.lines(night.exported(file)):
        owner = export.owner(line)
        if owner is None:
            passed_over += 1
            continue
        kept += 1
        held.setdefault(night.bucket_of(owner), []).append(line)
        size += len(line)
        if size >= held_bytes:
            write()
    write()
    return Gathered(kept, passed_over)
