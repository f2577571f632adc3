"""Files into the staging: understood once, then read row by row, from where an earlier attempt stopped."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from escalera.domain.money import minor_digits
from escalera_cli.endings import PROBLEMS, CommandError
from escalera_cli.importing.cells import Forms, Wrong
from escalera_cli.importing.checks import Check, check_for
from escalera_cli.importing.columns import Columns, FileKind, Wish, understand
from escalera_cli.importing.forms import AmountForm, DateForm, DateOrder, Decimals, decimals_of, order_of
from escalera_cli.importing.reading import Records, SourceFile, look_through
from escalera_cli.importing.staging import Staging, Whos
from escalera_cli.importing.statuses import OrderStatus, status_of

VERSION = 2
"""Of what is staged; a staging of another version is not taken up."""
_ROWS_TOGETHER = 10_000

Seen = Callable[[int], None]

_AMOUNTS = ("total", "unit_price", "unit_cost", "discount", "refund_amount")
_DATES = (
    *("ordered_at", "refunded_at", "delivered_at", "registered_at", "updated_at", "consent_at"),
    *("unsubscribed_email", "unsubscribed_sms", "bounced_email", "spam_email"),
)


@dataclass(frozen=True)
class Options:
    """What the operator says of the files; None is to be found out."""

    time_zone: str
    currency: str
    decimals: Decimals | None = None
    dates: DateOrder | None = None
    country: str = ""
    as_of: datetime | None = None
    drop_repeated: bool = False


@dataclass(frozen=True)
class Understood:
    """A file, what its columns mean, and how it writes amounts and dates."""

    source: SourceFile
    columns: Columns
    decimals: Decimals
    dates: DateOrder
    statuses: Mapping[str, OrderStatus]
    """What the operator says of statuses."""

    def plain(self) -> dict[str, Any]:
        """For whoever wants to see what was understood."""
        header = self.columns.header
        return {
            "file": str(self.source.path),
            "kind": self.columns.kind.value,
            "encoding": self.source.encoding.removesuffix("-sig"),
            "separator": self.source.separator,
            "decimals": self.decimals.value,
            "dates": self.dates.value,
            "columns": {field: header[place] for field, place in self.columns.places.items()},
            "statuses": [header[place] for place in self.columns.statuses],
            "said of statuses": {one: said.value for one, said in sorted(self.statuses.items())},
            "unused": self.columns.unused,
        }


def understand_files(
    given: Sequence[tuple[Path, FileKind | None]], wish: Wish, options: Options, seen: Seen = lambda _: None
) -> list[Understood]:
    """Look through every file. CommandError when one cannot be understood without being told more."""
    found = []
    for path, kind in given:
        source = look_through(path, wish, seen)
        columns = understand(source.name, source.header, wish, kind)
        decimals = options.decimals or _decimals(source, columns, options.currency)
        dates = options.dates or _dates(source, columns)
        _refuse_unknown_statuses(source, columns, wish)
        found.append(Understood(source, columns, decimals, dates, wish.statuses))
    return found


def fingerprint(files: Sequence[Understood], options: Options) -> str:
    """Names an import by all that decides its outcome: contents, meanings, and what the operator said."""
    told = {
        "version": VERSION,
        "files": [[one.source.digest, {**one.plain(), "file": one.source.name}] for one in files],
        "options": [
            *(options.time_zone, options.currency, options.country, options.drop_repeated),
            None if options.as_of is None else options.as_of.isoformat(),
        ],
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:20]


def exported_at(files: Sequence[Understood], now: datetime) -> datetime:
    """When the files tell of, if nobody says: the newest was written then; never later than now."""
    newest = max(one.source.path.stat().st_mtime for one in files)
    return min(datetime.fromtimestamp(int(newest), UTC), now)


def take_in(
    staging: Staging,
    files: Sequence[Understood],
    options: Options,
    now: datetime,
    seen: Callable[[Path, int], None] = lambda *_: None,
) -> None:
    """Stage every row that is not staged yet. Ctrl-C loses at most the rows since the last commit.

    seen: told a file and how many bytes of it have been read in all.
    """
    whos = Whos(staging)
    for number, one in enumerate(files):
        staged = next(staging.ask("SELECT offset, line, rows, done FROM file WHERE id = ?", number), None)
        if staged is None:
            staged = (0, 0, 0, 0)
            staging.put("file", [(number, one.source.digest, *staged)], 6)
        offset, line, rows, done = staged
        if not done:
            records = Records(one.source, offset=offset, line=line)
            check = _check(one, options, now, whos)
            for read in _take_in_one(staging, number, records, check, rows):
                seen(one.source.path, read)
        seen(one.source.path, one.source.size)


def _check(one: Understood, options: Options, now: datetime, whos: Whos) -> Check:
    forms = Forms(
        amounts=AmountForm(one.decimals),
        dates=DateForm(one.dates, ZoneInfo(options.time_zone), now),
        currency=options.currency,
        country=options.country,
        statuses=one.statuses,
    )
    return check_for(one.columns, forms, whos.number)


def _take_in_one(staging: Staging, number: int, records: Records, check: Check, rows: int) -> Iterator[int]:
    """Stage the rows of a file, many in one transaction; gives after each how many bytes were read in all."""
    reading = iter(records)
    more = True
    while more:
        good: list[tuple[Any, ...]] = []
        bad: list[tuple[Any, ...]] = []
        alone: list[tuple[Any, ...]] = []
        with staging.together():
            before = rows
            for at, row in islice(reading, _ROWS_TOGETHER):
                rows += 1
                wrong: list[Wrong] = []
                kept = check.read(number, at, row, wrong)
                if wrong:
                    order_id = check.order_of(row)
                    bad += [(number, at, field, reason, order_id, "") for field, reason in wrong]
                elif kept is not None:
                    good.append(kept)
                    alone += [(number, at, field, reason) for field, reason in check.cells.left_alone]
                check.cells.left_alone.clear()
            more = rows - before == _ROWS_TOGETHER
            staging.put(check.table, good, check.width)
            staging.put("bad", bad, 6)
            staging.put("left_alone", alone, 4)
            staging.change(
                "UPDATE file SET offset = ?, line = ?, rows = ?, done = ? WHERE id = ?",
                *(records.offset, records.line, rows, not more, number),
            )
        yield records.offset


def _refuse_unknown_statuses(source: SourceFile, columns: Columns, wish: Wish) -> None:
    """Ask for each status that no word tells: what was never paid must not count, nor what was paid be left out."""
    if not columns.statuses or columns.kind not in {FileKind.ORDERS, FileKind.LINES}:
        return
    told = Counter(
        row[place].strip() for _, row in Records(source) for place in columns.statuses if place < len(row)
    )
    unknown = {
        text: count
        for text, count in told.items()
        if text and status_of(text, wish.statuses) is OrderStatus.UNKNOWN
    }
    if unknown:
        listed = ", ".join(f"{text!r} ({count} rows)" for text, count in sorted(unknown.items()))
        raise CommandError(
            f"{source.path}: whether orders of these statuses were bought cannot be told: {listed}. Say it in a file for"
            " --mapping, each as bought, refunded or not bought, such as `statuses: {closed: refunded}`; or, if the column is no"
            " status, `columns: {status: null}`.",
            code=PROBLEMS,
        )


# --- how amounts and dates are written ---


def _decimals(source: SourceFile, columns: Columns, currency: str) -> Decimals:
    doubtful: tuple[int, str, str] | None = None
    currency_at = columns.places.get("currency")
    for line, row in Records(source):
        told_currency = _cell(row, currency_at) or currency
        if not minor_digits(told_currency):
            continue  # what parts its digits parts thousands
        for field in _AMOUNTS:
            text = _cell(row, columns.places.get(field))
            told = decimals_of(text)
            if told is not None:
                return told
            if doubtful is None and ("." in text or "," in text):
                doubtful = (line, field, text)
    if doubtful is None:
        return Decimals.POINT
    line, field, text = doubtful
    raise CommandError(
        f"{source.path}:{line}: {field} {text!r} can be read in two ways, and no row of the file tells which. Give"
        " --decimals point (1,234.56) or --decimals comma (1.234,56).",
        code=PROBLEMS,
    )


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""


def _dates(source: SourceFile, columns: Columns) -> DateOrder:
    doubtful: tuple[int, str, str] | None = None
    for line, field, text in _cells(source, columns, _DATES):
        told = order_of(text)
        if told is not None:
            return told
        if doubtful is None and text[:1].isdigit() and len(text) > 5:
            doubtful = (line, field, text)
    if doubtful is None:
        return DateOrder.YMD
    line, field, text = doubtful
    raise CommandError(
        f"{source.path}:{line}: {field} {text!r} can be read in two ways, and no row of the file tells which. Give"
        " --dates dmy (31/12/2024) or --dates mdy (12/31/2024).",
        code=PROBLEMS,
    )


def _cells(source: SourceFile, columns: Columns, fields: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    places: Mapping[str, int] = {field: columns.places[field] for field in fields if field in columns.places}
    if not places:
        return
    for line, row in Records(source):
        for field, place in places.items():
            if place < len(row) and row[place].strip():
                yield line, field, row[place].strip()
