"""How amounts and dates are written in a file: found out where it cannot be misread, asked for where it can."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_REMEMBERED = 50_000
"""Texts whose reading is kept at hand: lines of one order share a date, and prices come back."""


class WrongFormError(ValueError):
    """A text is not what its column holds; the error says how to write it."""


class Decimals(StrEnum):
    """The sign before the decimals."""

    POINT = "point"
    COMMA = "comma"


class DateOrder(StrEnum):
    """In what order a date's numbers stand."""

    YMD = "ymd"
    DMY = "dmy"
    MDY = "mdy"


_SIGNS = re.compile(r"[^\d.,]")
_CURRENCY_SIGNS = re.compile(r"(?:[A-Z]{3}|R\$|US\$|[€$£¥])", re.IGNORECASE)


def decimals_of(text: str) -> Decimals | None:
    """Which sign this amount tells of; None when it could be either, or neither."""
    digits = _SIGNS.sub("", text)
    point, comma = digits.rfind("."), digits.rfind(",")
    if point >= 0 and comma >= 0:
        return Decimals.POINT if point > comma else Decimals.COMMA
    sign = max(point, comma)
    if sign < 0:
        return None
    mark = digits[sign]
    told = Decimals.POINT if mark == "." else Decimals.COMMA
    other = Decimals.COMMA if mark == "." else Decimals.POINT
    if digits.count(mark) > 1:
        return other  # a sign that comes twice parts thousands
    if len(digits) - sign - 1 != 3 or digits[:sign] in ("", "0") or sign > 3:
        return told
    return None


TOO_LARGE = Decimal(10) ** 13
"""In whole units. In minor units, many lines of it add up to what the staging database and an event's amount hold."""


@dataclass(slots=True)
class AmountForm:
    """Reads amounts as Decimal. Thousands may be parted, a currency's sign may stand beside."""

    decimals: Decimals
    _known: dict[str, Decimal] = field(default_factory=dict)
    _thousands: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        part, sign = (",", r"\.") if self.decimals is Decimals.POINT else (r"\.", ",")
        self._thousands = re.compile(
            rf"[+-]?(?:\d+|\d{{1,3}}(?:[{part}' ]\d{{3}})+)(?:{sign}\d*)?|[+-]?{sign}\d+"
        )

    def read(self, text: str) -> Decimal:
        """The amount; WrongFormError if this text is none."""
        known = self._known.get(text)
        return self._read(text) if known is None else known

    def read_whole(self, text: str) -> Decimal:
        """An amount of a currency without a minor unit: `10.990` and `10,990.00` pesos are 10,990, whatever the file's sign."""
        without_cents = re.sub(r"[.,]0{1,2}(?=\D*$)", "", text.strip())
        return self.read(re.sub(r"(?<=\d)[.,](?=\d{3}(?!\d))", "", without_cents))

    def _read(self, text: str) -> Decimal:
        bare = _CURRENCY_SIGNS.sub("", text).replace("\u00a0", " ").replace("\u202f", " ").strip()
        if bare.startswith("(") and bare.endswith(")"):
            bare = "-" + bare[1:-1]
        if not self._thousands.fullmatch(bare):
            example = "1234.56" if self.decimals is Decimals.POINT else "1234,56"
            raise WrongFormError(f"is no amount: write it like {example}")
        if self.decimals is Decimals.POINT:
            digits = bare.replace(",", "")
        else:
            digits = bare.replace(".", "").replace(",", ".")
        value = Decimal(digits.replace("'", "").replace(" ", ""))
        if abs(value) >= TOO_LARGE:
            raise WrongFormError("is larger than any amount: at most 13 digits before the decimal sign")
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[text] = value
        return value


def minor(amount: Decimal, digits: int) -> int:
    """Whole minor units of an amount; half a unit goes away from zero."""
    return int(amount.scaleb(digits).quantize(Decimal(1), ROUND_HALF_UP))


_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_NUMBERS = re.compile(
    r"(?P<a>\d{1,4})[-/.](?P<b>\d{1,2})[-/.](?P<c>\d{1,4})"
    r"(?:[ T,]+(?P<h>\d{1,2})[:.h](?P<m>\d{2})(?:[:.](?P<s>\d{2}))?(?:\.\d+)? ?(?P<half>[AaPp]\.?[Mm]\.?)?)?"
)
_SPACED_OFFSET = re.compile(r" (?=[+-]\d{2}:?\d{2}$)")


def order_of(text: str) -> DateOrder | None:
    """Which order this date tells of; None when it could be either."""
    found = _NUMBERS.match(text.strip())
    if found is None:
        return DateOrder.YMD if _ISO.match(text.strip()) or text.strip().isdigit() else None
    if len(found["a"]) == 4:
        return DateOrder.YMD
    if int(found["a"]) > 12:
        return DateOrder.DMY
    return DateOrder.MDY if int(found["b"]) > 12 else None


@dataclass(slots=True)
class DateForm:
    """Reads dates as microseconds since 1970, UTC. One without an offset is taken in `zone`."""

    order: DateOrder
    zone: ZoneInfo
    now: datetime
    _known: dict[str, int] = field(default_factory=dict)

    def read(self, text: str) -> int:
        """The moment; WrongFormError if this text is none, or one that cannot be."""
        known = self._known.get(text)
        if known is not None:
            return known
        at = self._read(text.strip())
        if at.tzinfo is None:
            at = at.replace(tzinfo=self.zone)
        at = at.astimezone(UTC)
        if at > self.now:
            raise WrongFormError("is in the future: a past ends today")
        if at < EPOCH:
            raise WrongFormError("is before 1970: the day and the month, or the year, may be misread")
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[text] = micros = (at - EPOCH) // _MICROSECOND
        return micros

    def _read(self, text: str) -> datetime:
        try:
            return datetime.fromisoformat(_SPACED_OFFSET.sub("", text))
        except ValueError:
            pass
        found = _NUMBERS.fullmatch(text)
        if found is None:
            raise WrongFormError("is no date: write it like 2024-03-31 17:05")
        first, second, third = int(found["a"]), int(found["b"]), int(found["c"])
        if len(found["a"]) == 4:
            year, month, day = first, second, third
        elif self.order is DateOrder.MDY:
            month, day, year = first, second, third
        else:
            day, month, year = first, second, third
        if year < 100:
            year += 2000
        hour = int(found["h"] or 0)
        if found["half"]:
            hour = hour % 12 + (12 if found["half"][0] in "pP" else 0)
        return _moment(year, month, day, hour, int(found["m"] or 0), int(found["s"] or 0))


def _moment(*numbers: int) -> datetime:
    make: Callable[..., datetime] = datetime
    try:
        return make(*numbers)  # the caller gives it its zone
    except ValueError as error:
        raise WrongFormError(f"is no date ({error})") from error


def instant(micros: int) -> datetime:
    """The moment behind microseconds since 1970."""
    return EPOCH + timedelta(microseconds=micros)
