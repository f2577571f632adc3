"""CSV files read record by record, with the place in bytes after each: what was read need not be read again."""

import codecs
import csv
import gzip
import hashlib
import io
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

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return self.path.name


def look_through(path: Path, wish: Wish, seen: Callable[[int], None] = lambda _: None) -> SourceFile:
    """Read a file once for its fingerprint and encoding, and its header. CommandError if it is no CSV to be used.

    seen: told the number of bytes of each piece read.
    """
    digest, size, encoding = hashlib.sha256(), 0, "utf-8-sig"
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
                seen(len(piece))
                if encoding == "utf-8-sig":
                    encoding = _still_utf8(decoder, piece)
    except (OSError, EOFError) as error:
        raise CommandError(f"{path} cannot be read: {error}", code=PROBLEMS) from error
    if encoding == "utf-8-sig" and decoder.getstate()[0]:
        encoding = "cp1252"
    if not size:
        raise CommandError(f"{path} is empty.", code=PROBLEMS)
    separator, header = _header(path, encoding, wish)
    return SourceFile(path, digest.hexdigest(), size, encoding, separator, header)


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


def _header(path: Path, encoding: str, wish: Wish) -> tuple[str, tuple[str, ...]]:
    with _opened(path) as file:
        start = file.read(_CHUNK).decode(encoding, errors="replace")
    best: tuple[int, int, str, list[str]] = (-1, 0, ",", [])
    for separator in _SEPARATORS:
        header = next(csv.reader(io.StringIO(start, newline=""), delimiter=separator), [])
        rank = (known_columns(header, wish), len(header), separator, header)
        if rank[:2] > best[:2]:
            best = rank
    _, _, separator, header = best
    if not any(name.strip() for name in header):
        raise CommandError(f"{path}: its first line must name the columns; it is blank.", code=PROBLEMS)
    return separator, tuple(name.strip() for name in header)


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
            reader = csv.reader(self._lines(file), delimiter=self._source.separator)
            if not self.offset:
                next(reader, None)
            begins = self.line + 1
            try:
                for record in reader:
                    if record:
                        yield begins, record
                    begins = self.line + 1
            except csv.Error as error:
                raise CommandError(
                    f"{self._source.path}:{begins}: this is no CSV any more ({error}). Most often a quote is opened and"
                    " never closed.",
                    code=PROBLEMS,
                ) from error

    def _lines(self, file: BinaryIO) -> Iterator[str]:
        encoding = self._source.encoding
        for raw in file:
            self.offset += len(raw)
            self.line += 1
            # A file that is UTF-8 as a whole is so line by line; cp1252 leaves five bytes without a letter.
            text = raw.decode(encoding if self.line == 1 else encoding.removesuffix("-sig"), errors="replace")
            yield text


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
