"""What an import leaves behind: the rows it left out, ready to be mended, and who was taken for one and the same."""

import csv
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TextIO

from escalera_cli.importing.intake import Understood
from escalera_cli.importing.reading import rows_at
from escalera_cli.importing.staging import Staging

WHERE = ("_line", "_column", "_reason", "_because")
_LEFT_OUT = """
SELECT line, field, reason, because FROM (
  SELECT line, field, reason, because FROM bad WHERE file = ?1
  UNION SELECT line, field, reason, because FROM left_out WHERE file = ?1) ORDER BY line, field
"""
_REASONS = """
SELECT reason, COUNT(*) FROM (
  SELECT file, line, reason FROM bad UNION SELECT file, line, reason FROM left_out) GROUP BY reason ORDER BY 2 DESC, 1
"""


def reasons(staging: Staging) -> dict[str, int]:
    """How many rows were left out for each reason; a row with two wrong fields counts under both."""
    return {str(reason): int(count) for reason, count in staging.ask(_REASONS)}


def left_alone(staging: Staging) -> dict[str, int]:
    """How many cells of rows that were taken were left out alone, by field and reason."""
    question = "SELECT field, reason, COUNT(*) FROM left_alone GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
    return {f"{field} {reason}": int(count) for field, reason, count in staging.ask(question)}


def left_out(staging: Staging, number: int) -> int:
    """How many rows of this file were left out."""
    question = "SELECT COUNT(*) FROM (SELECT line FROM bad WHERE file = ?1 UNION SELECT line FROM left_out WHERE file = ?1)"
    return int(staging.one(question, number)[0])


def write_rejects(staging: Staging, files: Sequence[Understood], folder: Path) -> list[Path]:
    """One CSV for each file with rows left out: the rows as they were, and behind them line, column and reason.

    Its header is the file's own, so that it can be mended and imported as it is.
    """
    written = []
    for number, one in enumerate(files):
        path = folder / f"{one.source.name.removesuffix('.gz').removesuffix('.csv')}.rejects.csv"
        path.unlink(missing_ok=True)
        if not left_out(staging, number):
            continue
        with _private(path) as file:
            writer = csv.writer(file, delimiter=one.source.separator)
            writer.writerow((*one.columns.header, *WHERE))
            lines = (line for line, _ in _troubles(staging, number, files))
            troubles = _troubles(staging, number, files)
            width = len(one.columns.header)
            for (line, row), (_, trouble) in zip(rows_at(one.source, lines), troubles, strict=True):
                writer.writerow((*row, *[""] * (width - len(row)), line, *trouble))
        written.append(path)
    return written


def _troubles(
    staging: Staging, number: int, files: Sequence[Understood]
) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """Each line left out, with its columns, reasons, and the row that spoils its order, as texts."""
    header, places = files[number].columns.header, files[number].columns.places
    for line, group in groupby(staging.ask(_LEFT_OUT, number), key=lambda row: int(row[0])):
        rows = list(group)
        columns = [header[places[field]] if field in places else field for _, field, _, _ in rows]
        because = [_place(text, files) for _, _, _, text in rows if text]
        yield (
            line,
            (
                "; ".join(filter(None, columns)),
                "; ".join(dict.fromkeys(reason for _, _, reason, _ in rows)),
                "; ".join(because),
            ),
        )


def _place(because: str, files: Sequence[Understood]) -> str:
    number, _, line = because.partition(":")
    return f"{files[int(number)].source.name}:{line}"


def write_merged(staging: Staging, folder: Path) -> tuple[Path | None, Counter[str]]:
    """Who was taken for one and the same, and who was not although they share something; None if nobody."""
    path = folder / "merged.csv"
    path.unlink(missing_ok=True)
    conflicts = staging.ask(
        "SELECT one.shop_id, one.email, one.phone, other.shop_id, conflict.shared, conflict.why FROM conflict"
        " JOIN who AS one ON one.id = conflict.one JOIN who AS other ON other.id = conflict.other"
    )
    counts = Counter[str]()
    with _private(path) as file:
        writer = csv.writer(file)
        writer.writerow(("what", "kept", "customer_id", "email", "phone", "why"))
        for kept, shop_id, email, phone, why in staging.ask(
            "SELECT DISTINCT * FROM merged ORDER BY 1, 2, 3, 4"
        ):
            writer.writerow(("merged", kept, shop_id, email, phone, f"kept because {why}"))
            counts["merged"] += 1
        for one, email, phone, other, shared, why in conflicts:
            writer.writerow(("kept apart", one, other, email or shared, phone, why))
            counts["kept apart"] += 1
    if not counts:
        path.unlink()
        return None, counts
    return path, counts


def _private(path: Path) -> TextIO:
    """A file to write that only its owner may read: it holds people's addresses."""
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(opened, "w", encoding="utf-8", newline="")
