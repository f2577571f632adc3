"""The report's sentences and figures in the reader's language: gettext catalogues and Babel's number formats.

The English sentences stand in the code and are the keys; `locale/<language>/LC_MESSAGES/report.po` has the others.
"""

from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent
from babel.support import NullTranslations, Translations

from escalera.domain.money import minor_digits
from escalera.domain.vocabulary import Language
from escalera.reporting.words import UNKNOWN

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "report"


class BabelWords:
    """`Words` of any language that has a catalogue, with its figures as the Unicode CLDR has them."""

    def __init__(self, language: Language, currency: str) -> None:
        self.language = language
        self.currency = currency
        self.locale = Locale.parse(language.value)
        self._translations = translations(language)

    def say(self, sentence: str, **values: object) -> str:
        """The sentence in this language, with its `{values}` filled in."""
        return self._translations.gettext(sentence).format(**values)

    def percent(self, share: float | None, digits: int = 0) -> str:
        """A share of 0.415 as `42 %`."""
        return UNKNOWN if share is None else format_percent(share, self._percents(digits), locale=self.locale)

    def points(self, difference: float) -> str:
        """The difference of two shares in percentage points, signed."""
        return format_decimal(difference * 100, "+#,##0.0;-#,##0.0", locale=self.locale)

    def signed_percent(self, change: float) -> str:
        """A relative change, signed."""
        pattern = self._percents(1)
        return format_percent(change, f"+{pattern};-{pattern}", locale=self.locale)

    def _percents(self, digits: int) -> str:
        """This language's way to write percents, with so many decimals."""
        pattern: str = self.locale.percent_formats[None].pattern
        return pattern.replace("#,##0", f"#,##0.{'0' * digits}") if digits else pattern

    def number(self, value: float | None, digits: int = 0) -> str:
        """A number with so many decimals."""
        if value is None:
            return UNKNOWN
        return format_decimal(value, f"#,##0{'.' + '0' * digits if digits else ''}", locale=self.locale)

    def money(self, minor: float | None, *, whole: bool = False, currency: str | None = None) -> str:
        """An amount in minor units; `whole` leaves cents out."""
        if minor is None:
            return UNKNOWN
        code = currency or self.currency
        amount = minor / 10 ** minor_digits(code)
        pattern = self.locale.currency_formats["standard"].pattern
        if whole:
            return format_currency(
                amount, code, pattern.replace(".00", ""), locale=self.locale, currency_digits=False
            )
        return format_currency(amount, code, locale=self.locale)

    def day(self, day: date) -> str:
        """A date in full."""
        return format_date(day, "long", locale=self.locale)

    def short_day(self, day: date) -> str:
        """A date in few letters."""
        return format_date(day, "d MMM yy", locale=self.locale)

    def month(self, month: str) -> str:
        """`2026-03` as people of this language shorten it."""
        return format_date(date.fromisoformat(f"{month}-01"), "MMM yy", locale=self.locale)


@cache
def translations(language: Language) -> NullTranslations:
    """The catalogue of a language; English is what stands in the code."""
    if language is Language.ENGLISH:
        return NullTranslations()
    with catalogue(language).open("rb") as file:
        read = read_po(file, locale=language.value, domain=DOMAIN)
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)


def catalogue(language: Language) -> Path:
    """Where a language's sentences stand."""
    return LOCALE / language.value / "LC_MESSAGES" / f"{DOMAIN}.po"
