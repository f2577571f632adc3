"""Dates and money as they are written in each language, for the texts of messages.

Only what messages need: the names of twelve months in three languages, and where the currency sign stands. A library of
all the world's locales would add more to every cold start than everything else a message needs.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from escalera.domain.money import Money, minor_digits
from escalera.domain.vocabulary import Language

_MONTHS = {
    Language.SPANISH: [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    Language.PORTUGUESE: [
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ],
    Language.ENGLISH: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$", "BRL": "R$", "MXN": "$"}


def day_text(day: date, language: Language) -> str:
    """30 de septiembre de 2026; 30 September 2026."""
    return f"{_day_and_month(day, language)}{_of(language)}{day.year}"


def moment_text(moment: datetime, time_zone: ZoneInfo, language: Language) -> str:
    """30 de septiembre a las 23:59, by the clock of the time zone."""
    local = moment.astimezone(time_zone)
    between = {Language.SPANISH: " a las ", Language.PORTUGUESE: " às ", Language.ENGLISH: " at "}
    return f"{_day_and_month(local.date(), language)}{between[language]}{local:%H:%M}"


def money_text(money: Money, language: Language) -> str:
    """12.345,67 €; £12,345.67."""
    digits = f"{money.decimal:,.{minor_digits(money.currency)}f}"
    sign = _SIGNS.get(money.currency, money.currency)
    if language is Language.ENGLISH:
        return f"{sign}{digits}" if sign != money.currency else f"{digits} {sign}"
    digits = digits.translate(str.maketrans(",.", ".,"))
    return f"{sign} {digits}" if money.currency == "BRL" else f"{digits} {sign}"


def _day_and_month(day: date, language: Language) -> str:
    return f"{day.day}{_of(language)}{_MONTHS[language][day.month - 1]}"


def _of(language: Language) -> str:
    return " " if language is Language.ENGLISH else " de "
