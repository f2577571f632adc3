"""Reads a log of purchases, row by row, into compact columns; says of each wrong row where, what, and how to mend it."""

import csv
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import isfinite
from typing import TextIO

from escalera_cli.endings import PROBLEMS, CommandError

COLUMNS = ("customer_id", "date", "amount")
CURRENCY = "currency"
SHOWN = 20
"""So many wrong rows are told one by one; of the others, only how many they are."""
_EARLIEST = 1900
_EVERY = 50_000


class Refunds(StrEnum):
    """What is done with a negative amount."""

    REFUSE = "refuse"
    NET = "net"


@dataclass(frozen=True, slots=True)
class Terms:
    """How a log is to be read."""

    until: date | None = None
    """Rows of later days are counted, not kept."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """The log's own header by our name, where they differ."""
    refunds: Refunds = Refunds.REFUSE
    currency: str = ""
    """Only rows of this currency; empty: all, if it is one."""
    leave_out_wrong: bool = False


@dataclass(slots=True)
class PurchaseLog:
    """The rows of a log, in its order: who (a place in `names`), on which day (`date.toordinal`), how much."""

    names: list[str] = field(default_factory=list)
    who: "array[int]" = field(default_factory=lambda: array("i"))
    day: "array[int]" = field(default_factory=lambda: array("i"))
    amount: "array[float]" = field(default_factory=lambda: array("d"))
    later: int = 0
    """Rows of days after the end."""
    foreign: int = 0
    """Rows of other currencies than the one asked for."""
    wrong: int = 0
    """Wrong rows, left out as asked."""
    currency: str = ""


class _WrongRowError(Exception):
    """What is wrong with a row, and how to mend it."""


def read_log(
    lines: TextIO, name: str, terms: Terms, *, seen: Callable[[], None] | None = None
) -> PurchaseLog:
    """The purchases of a CSV with a header; `name` says in errors where it is from; `seen` is called now and then.

    CommandError with every wrong row (the first twenty in full), unless they are to be left out.
    """
    rows = _rows(lines, name)
    _, header = next(rows, (1, []))
    places = _places(header, name, terms)
    log, problems = PurchaseLog(), list[str]()
    reader = _Reader(log, terms, places)
    for line, row in rows:
        try:
            reader.take(row)
        except _WrongRowError as wrong:
            log.wrong += 1
            if len(problems) < SHOWN:
                problems.append(f"{name}:{line}: {wrong}")
        if seen is not None and line % _EVERY == 0:
            seen()
    if problems and not terms.leave_out_wrong:
        raise CommandError(_told(problems, log.wrong), code=PROBLEMS)
    return log


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the columns stand in a row of so many fields."""

    width: int
    customer: int
    day: int
    amount: int
    currency: int | None


class _Reader:
    """Takes rows into a log. What repeats (days, customers) is understood once."""

    def __init__(self, log: PurchaseLog, terms: Terms, places: _Places) -> None:
        self._log, self._terms, self._places = log, terms, places
        self._numbers: dict[str, int] = {}
        self._days: dict[str, int] = {}
        self._until = terms.until.toordinal() if terms.until else date.max.toordinal()

    def take(self, row: list[str]) -> None:
        """One row; _WrongRowError leaves the log as it was."""
        log, at = self._log, self._places
        if len(row) != at.width:
            raise _WrongRowError(
                f"{len(row)} fields, the header has {at.width}. Quote fields that hold the separator."
            )
        customer = row[at.customer].strip()
        if not customer:
            raise _WrongRowError("customer_id is empty. Leave out purchases of nobody.")
        written = row[at.day]
        day = self._days.get(written) or self._day(written)
        amount = self._amount(row[at.amount])
        if at.currency is not None and not self._is_of_currency(row[at.currency]):
            log.foreign += 1
            return
        if day > self._until:
            log.later += 1
            return
        number = self._numbers.setdefault(customer, len(self._numbers))
        if number == len(log.names):
            log.names.append(customer)
        log.who.append(number)
        log.day.append(day)
        log.amount.append(amount)

    def _day(self, written: str) -> int:
        text = written.strip()
        try:
            found = date.fromisoformat(text if len(text) == 8 else text[:10])
        except ValueError:
            found = None
        if found is None or text[10:11] not in ("", "T", " ") or (len(text) == 9):
            raise _WrongRowError(f"date is {written!r}. Write 1997-09-30 or 19970930.")
        if found.year < _EARLIEST:
            raise _WrongRowError(f"date is {written!r}, before {_EARLIEST}. Write the day of the purchase.")
        self._days[written] = found.toordinal()
        return found.toordinal()

    def _amount(self, written: str) -> float:
        try:
            amount = float(written)
        except ValueError:
            amount = _decimal_comma(written)
        if not isfinite(amount) or "_" in written:
            raise _WrongRowError(f"amount is {written!r}. Write a plain number such as 1234.50.")
        if amount < 0 and self._terms.refunds is Refunds.REFUSE:
            raise _WrongRowError(
                f"amount is {written.strip()}: a refund. Run with --refunds net to take refunds off the purchase before"
                " them, or leave them out of the file."
            )
        return amount

    def _is_of_currency(self, written: str) -> bool:
        """Whether the row is of the one currency; _WrongRowError if there would be two."""
        code, log = written.strip().upper(), self._log
        if self._terms.currency:
            log.currency = self._terms.currency
            return code == self._terms.currency
        log.currency = log.currency or code
        if code != log.currency:
            raise _WrongRowError(
                f"currency is {code or 'empty'}, before it was {log.currency or 'empty'}: amounts of two currencies make"
                " no mean. Convert them first, or run with --currency to look at one of them."
            )
        return True


def _decimal_comma(written: str) -> float:
    whole, comma, cents = written.strip().partition(",")
    if comma and 1 <= len(cents) <= 2 and cents.isdigit() and whole.removeprefix("-").isdigit():
        return float(f"{whole}.{cents}")
    return float("nan")


def _rows(lines: TextIO, name: str) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not empty, with its line; the separator is the one that the header uses."""
    try:
        header = lines.readline().removeprefix("\ufeff")
        separator = max(",;\t|", key=header.count)
        yield 1, next(csv.reader([header], delimiter=separator), [])
        reader = csv.reader(lines, delimiter=separator)
        for row in reader:
            if row:
                yield reader.line_num + 1, row
    except UnicodeDecodeError as error:
        raise CommandError(
            f"{name}: this is not UTF-8 ({error}). Save it as CSV UTF-8.", code=PROBLEMS
        ) from error
    except csv.Error as error:
        raise CommandError(f"{name}: this is not CSV: {error}.", code=PROBLEMS) from error


def _places(header: Sequence[str], name: str, terms: Terms) -> _Places:
    """Where our columns stand; there may be no currency, unless it was asked for."""
    titles = [title.strip().lower() for title in header]

    def place(column: str) -> int:
        wanted = terms.columns.get(column, column).strip().lower()
        if wanted in titles:
            return titles.index(wanted)
        found = ", ".join(title.strip() or "(no name)" for title in header) or "nothing"
        message = (
            f"{name}:1: no column {wanted!r}; the header is: {found}. Begin the file with a header, or say which"
            f" column it is with --column {column}=NAME."
        )
        raise CommandError(message, code=PROBLEMS)

    needs_currency = CURRENCY in titles or CURRENCY in terms.columns or terms.currency
    customer, day, amount = (place(column) for column in COLUMNS)
    return _Places(len(header), customer, day, amount, place(CURRENCY) if needs_currency else None)


def _told(problems: list[str], number: int) -> str:
    more = number - len(problems)
    told = [*problems, f"... and {more} more such rows."] if more else problems
    return "\n".join([*told, "Nothing was fitted. Mend them, or run with --leave-out-wrong."])
