"""The report in English, without a library of all the world's locales: that would cost more than the whole page."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from escalera.domain.money import minor_digits
from escalera.domain.vocabulary import Language
from escalera.reporting.words import UNKNOWN

_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$", "BRL": "R$", "MXN": "MX$", "JPY": "¥"}


class EnglishWords:
    """`Words` as Babel writes them by the Unicode CLDR."""

    language = Language.ENGLISH

    def __init__(self, currency: str) -> None:
        self.currency = currency

    def say(self, sentence: str, **values: object) -> str:
        """The sentence as it stands, with its values filled in."""
        return sentence.format(**values)

    def percent(self, share: float | None, digits: int = 0) -> str:
        """0.415 is `42%`."""
        return UNKNOWN if share is None else f"{_rounded(share * 100, digits):,.{digits}f}%"

    def points(self, difference: float) -> str:
        """0.021 is `+2.1`."""
        return f"{_rounded(difference * 100, 1):+,.1f}"

    def signed_percent(self, change: float) -> str:
        """0.021 is `+2.1%`."""
        return f"{_rounded(change * 100, 1):+,.1f}%"

    def number(self, value: float | None, digits: int = 0) -> str:
        """`1,234.5`."""
        return UNKNOWN if value is None else f"{_rounded(value, digits):,.{digits}f}"

    def money(self, minor: float | None, *, whole: bool = False, currency: str | None = None) -> str:
        """`€1,234.50`."""
        if minor is None:
            return UNKNOWN
        code = currency or self.currency
        digits = 0 if whole else minor_digits(code)
        amount = _rounded(minor / 10 ** minor_digits(code), digits)
        sign = _SIGNS.get(code, code)
        return f"{'-' if amount < 0 else ''}{sign}{abs(amount):,.{digits}f}"

    def day(self, day: date) -> str:
        """`March 2, 2026`."""
        return f"{day:%B} {day.day}, {day.year}"

    def short_day(self, day: date) -> str:
        """`2 Mar 26`."""
        return f"{day.day} {day:%b} {day:%y}"

    def month(self, month: str) -> str:
        """`Mar 26`."""
        return f"{date.fromisoformat(f'{month}-01'):%b %y}"


def _rounded(value: float, digits: int) -> Decimal:
    """Half to even, as CLDR's formats are rounded."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
