"""CSV files read record by record, with the place in bytes after each: what was read need not be read again."""

import codecs
import csv
import gzip
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from escalera_cli.endings import PROBLEMS, CommandError
from escalera_cli.importing.columns import Wish, known_columns

_CHUNK = 1 << 20
_SEPARATORS = (",", ";", "\t", "|")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LONGEST_FIELD = 1 << 17
_HEADER_WITHIN = 20
"""The header is one of so many lines."""
_FEWEST_COLUMNS = 3
"""With fewer, a line of any text looks like a row."""


@dataclass(frozen=True)
class SourceFile:
    """A file as it is, looked through once."""

    path: Path
    digest: str
    size: int
    """Bytes, unzipped."""
    encoding: str
    separator: str
    header: tuple[str, ...]
    above: int = 0
    """How many lines stand above the header: a title, or what a spreadsheet writes for itself (`sep=;`)."""

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return self.path.name


def look_through(path: Path, wish: Wish, seen: Callable[[int], None] = lambda _: None) -> SourceFile:
    """Read a file once for its fingerprint and encoding, and its header. CommandError if it is no CSV to be used.

    seen: told the number of bytes of each piece read.
    """
    digest, size, encoding, line_ends = hashlib.sha256(), 0, "utf-8-sig", {b"\r": 0, b"\n": 0}
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with _opened(path) as file:
            while piece := file.read(_CHUNK):
                if not size and piece.startswith(_UTF16):
                    raise CommandError(
                        f"{path} is UTF-16: save it as UTF-8 (in a spreadsheet: CSV UTF-8).", code=PROBLEMS
                    )
                digest.update(piece)
                size += len(piece)
                line_ends = {sign: count + piece.count(sign) for sign, count in line_ends.items()}
                seen(len(piece))
                if encoding == "utf-8-sig":
                    encoding = _still_utf8(decoder, piece)
    except (OSError, EOFError) as error:
        raise CommandError(f"{path} cannot be read: {error}", code=PROBLEMS) from error
    if encoding == "utf-8-sig" and decoder.getstate()[0]:
        encoding = "cp1252"
    if not size:
        raise CommandError(f"{path} is empty.", code=PROBLEMS)
    above, separator, header = _header(path, wish)
    if line_ends[b"\r"] and not line_ends[b"\n"]:
        raise CommandError(
            f"{path}: its lines end in CR alone, as no program of today writes them: save it as CSV UTF-8.",
            code=PROBLEMS,
        )
    return SourceFile(path, digest.hexdigest(), size, encoding, separator, header, above)


def _still_utf8(decoder: codecs.IncrementalDecoder, piece: bytes) -> str:
    try:
        decoder.decode(piece)
    except UnicodeDecodeError:
        return "cp1252"  # what spreadsheets in western Europe and the Americas write else
    return "utf-8-sig"


def _opened(path: Path) -> BinaryIO:
    if path.suffix == ".gz":
        return cast("BinaryIO", gzip.open(path, "rb"))
    return path.open("rb")


def _header(path: Path, wish: Wish) -> tuple[int, str, tuple[str, ...]]:
    """How many lines stand above the header, how it is separated, and its names."""
    with _opened(path) as file:
        start = [_text(raw) for raw in file.read(_CHUNK).splitlines(keepends=True)[:_HEADER_WITHIN]]
    best: tuple[int, int, int, str, list[str]] = (-1, 0, 0, ",", [])
    for above in range(len(start)):
        for separator in _SEPARATORS:
            header = _first_record(start[above:], separator)
            rank = (known_columns(header, wish), -above, len(header), separator, header)
            if rank[:3] > best[:3]:
                best = rank
    _, above, _, separator, header = best
    if not any(name.strip() for name in header):
        raise CommandError(f"{path}: its first line must name the columns; it is blank.", code=PROBLEMS)
    return -above, separator, tuple(name.strip() for name in header)


def _first_record(lines: Sequence[str], separator: str) -> list[str]:
    try:
        return next(csv.reader(lines, delimiter=separator), [])
    except csv.Error:
        return [lines[0]]


def _text(raw: bytes) -> str:
    """A line in whichever encoding it is: exports that were put together have several."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")  # it leaves five bytes without a letter


class Records:
    """The records of a file after its header: `line` and `offset` say where the last one given ended."""

    def __init__(self, source: SourceFile, *, offset: int = 0, line: int = 0) -> None:
        self.offset, self.line = offset, line
        self._source = source

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Each record with the line it begins on. CommandError where the file stops being CSV."""
        csv.field_size_limit(_LONGEST_FIELD)
        with _opened(self._source.path) as file:
            file.seek(self.offset)
            # Strict: a quote that never ends, or ends within a text, would swallow the rows that follow it.
            lines = self._lines(file)
            reader = csv.reader(lines, delimiter=self._source.separator, strict=True)
            begins = self.line + 1
            try:
                if not self.offset:
                    for _ in range(self._source.above):
                        next(lines, None)
                    next(reader, None)
                begins = self.line + 1
                for record in reader:
                    if self.line > begins:
                        self._refuse_swallowed_rows(begins, record)
                    if record:
                        yield begins, record
                    begins = self.line + 1
            except csv.Error as error:
                raise CommandError(
                    f"{self._source.path}:{begins}: this is no CSV any more ({error}). Most often a quote is opened in a"
                    " text on this line and never closed: close it, or write it twice. Nothing was imported.",
                    code=PROBLEMS,
                ) from error

    def _refuse_swallowed_rows(self, begins: int, record: Sequence[str]) -> None:
        """Refuse a text over several lines of which one looks like a row: its quote was opened by mistake."""
        opened = begins
        for cell in record:
            inner = cell.split("\n")[1:]
            if any(self._looks_like(line, record) for line in inner):
                raise CommandError(
                    f"{self._source.path}:{opened}: the text whose quote is opened here holds whole rows of this file. Close"
                    " the quote, or write it twice. Nothing was imported.",
                    code=PROBLEMS,
                )
            opened += len(inner)

    def _looks_like(self, line: str, record: Sequence[str]) -> bool:
        cells = line.split(self._source.separator)
        begins = _shape(record[0])
        alike = _shape(cells[0]) == begins and any(map(str.isalnum, begins))
        return alike and len(cells) == len(self._source.header) >= _FEWEST_COLUMNS

    def _lines(self, file: BinaryIO) -> Iterator[str]:
        whole = self._source.encoding == "utf-8-sig"
        for raw in file:
            self.offset += len(raw)
            self.line += 1
            yield raw.decode("utf-8") if whole and self.line > 1 else _text(raw)


def _shape(cell: str) -> str:
    """`a9` of `c17`: ids of one file look alike."""
    return re.sub(r"[^\W\d]+", "a", re.sub(r"\d+", "9", cell.strip().strip('"')))


def rows_at(source: SourceFile, lines: Sequence[int] | Iterator[int]) -> Iterator[tuple[int, list[str]]]:
    """The records that begin on these lines, which come in rising order: one pass over the file."""
    wanted = iter(lines)
    line = next(wanted, None)
    if line is None:
        return
    for begins, record in Records(source):
        if begins == line:
            yield begins, record
            line = next(wanted, None)
            if line is None:
                return
