"""The cells of a row, read as what they are: ids, addresses, moments, amounts, answers."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from escalera.contracts.envelope import LONGEST_IDENTIFIER_BYTES, stands_for_nobody
from escalera.domain.money import minor_digits
from escalera_cli.importing.columns import Columns
from escalera_cli.importing.forms import AmountForm, DateForm, Decimals, WrongFormError, decimals_of
from escalera_cli.importing.phones import e164
from escalera_cli.importing.statuses import OrderStatus, all_of

T = TypeVar("T")
Row = Sequence[str]
Wrong = tuple[str, str]
"""A field and what is wrong with it."""
TOO_MANY = "the row has more fields than the header: a separator or a quote is astray"

_ID = re.compile(r"[^\s#\x00-\x1f\x7f]{1,128}")
_EMAIL = re.compile(r"[^@\s<>\",;]+@[^@\s<>\",;]+\.[^@\s<>\",;]+")
_LONGEST_EMAIL = 254
_NO_DATE = re.compile(r"[0\s:/.TZ-]+")
"""`0000-00-00 00:00:00`: how MySQL writes that there is none."""
_CURRENCY = re.compile(r"[A-Z]{3}")
_YES = frozenset({"yes", "y", "true", "1", "si", "sí", "sim", "s", "x", "subscribed", "t"})
_NO = frozenset(
    {"no", "n", "false", "0", "não", "nao", "unsubscribed", "not subscribed", "f", "not_subscribed"}
)
# What Shopify, Klaviyo, Mailchimp, Brevo and listmonk say of a consent; who has not confirmed yet has said no yes.
_NO_CONSENT = frozenset(
    {
        "never subscribed",
        "never_subscribed",
        "nonsubscribed",
        "opted out",
        "opted_out",
        "pending",
        "redacted",
        "invalid",
    }
)
_CLOSED = frozenset({"cleaned", "blocklisted", "blacklisted", "suppressed"})
"""No consent any more; and a yes where it is asked whether the address is closed."""
_OF_CLOSING = ("unsubscribed_", "bounced_", "spam_")


@dataclass(frozen=True, slots=True)
class Forms:
    """How this file writes what can be written in several ways."""

    amounts: AmountForm
    dates: DateForm
    currency: str
    """Where a row tells none."""
    country: str = ""
    """ISO 3166 code of where phone numbers without a country code belong; empty: they are left out."""
    statuses: Mapping[str, OrderStatus] = field(default_factory=dict)
    """What the operator says of statuses that no word tells."""


class Cells:
    """The cells of a row by field, read as what they are."""

    def __init__(
        self, columns: Columns, forms: Forms, number: Callable[[tuple[str, str, str]], int | None]
    ) -> None:
        self.places = dict(columns.places)
        self._statuses, self._dates = columns.statuses, columns.dates
        self._said: dict[tuple[str, ...], OrderStatus] = {}
        self.width = len(columns.header)
        self.forms = forms
        self._number = number
        self._digits: dict[str, int] = {}
        self._quantities = {one: AmountForm(one) for one in Decimals}
        self.left_alone: list[Wrong] = []
        """Of the row read last: cells without which it is taken, and why."""

    def is_too_long(self, row: Row, wrong: list[Wrong]) -> bool:
        """Whether more cells are told than the header names; it is added to `wrong` then."""
        if any(cell.strip() for cell in row[self.width :]):
            wrong.append(("", TOO_MANY))
        return bool(wrong)

    def text(self, row: Row, field: str) -> str:
        """The cell without outer space; empty where there is none."""
        place = self.places.get(field)
        return row[place].strip() if place is not None and place < len(row) else ""

    def identifier(self, row: Row, field: str, wrong: list[Wrong]) -> str:
        """An id as events tell it."""
        text = self.text(row, field)
        if text[:1] == "#":
            text = text[1:]  # Shopify writes order 1001 as #1001, but tells it as 1001
        if text.endswith(".0") and text[:-2].isdigit():
            text = text[:-2]  # a number that a spreadsheet took for a decimal one
        if text and not (_ID.fullmatch(text) and len(text.encode()) <= LONGEST_IDENTIFIER_BYTES):
            wrong.append((field, "is no id: at most 128 letters, digits or signs, no spaces, no #"))
        return text

    def who(self, row: Row, wrong: list[Wrong]) -> int | None:
        """The number of the identity that the row names; None when it names nobody, or something is wrong."""
        shop_id = (
            ""
            if stands_for_nobody(self.text(row, "customer_id"))
            else self.identifier(row, "customer_id", wrong)
        )
        no_email: list[Wrong] = []
        no_phone: list[Wrong] = []
        email, phone = self.email(row, no_email), self.phone(row, no_phone)
        # One that is wrong is missed only where nothing else tells who it is.
        (self.left_alone if shop_id or phone else wrong).extend(no_email)
        (self.left_alone if shop_id or email else wrong).extend(no_phone)
        return None if wrong else self._number((shop_id, email.casefold(), phone))

    def optional(self, read: Callable[[list[Wrong]], T]) -> T:
        """What `read` makes of a cell; what is wrong with it is left alone."""
        return read(self.left_alone)

    def email(self, row: Row, wrong: list[Wrong]) -> str:
        """Empty where there is none, or it is wrong."""
        text = self.text(row, "email")
        if text and (len(text) > _LONGEST_EMAIL or not _EMAIL.fullmatch(text)):
            wrong.append(("email", "is no e-mail address"))
            return ""
        return text

    def phone(self, row: Row, wrong: list[Wrong]) -> str:
        """In E.164; empty where there is none, or it is wrong."""
        text = self.text(row, "phone")
        if not text:
            return ""
        try:
            return e164(text, self.forms.country)
        except WrongFormError as error:
            wrong.append(("phone", str(error)))
            return ""

    def status(self, row: Row) -> OrderStatus:
        """What all columns of a status say together."""
        texts = tuple(row[place].strip() for place in self._statuses if place < len(row))
        known = self._said.get(texts)
        if known is None:
            known = self._said[texts] = all_of(texts, self.forms.statuses)
        return known

    def ordered_at(self, row: Row, wrong: list[Wrong]) -> int | None:
        """The date of an order, from the best column that has one; as `date` gives it."""
        for place in self._dates:
            if place < len(row) and row[place].strip():
                return self._date(row[place].strip(), "ordered_at", wrong)
        return None

    def date(self, row: Row, field: str, wrong: list[Wrong]) -> int | None:
        """Microseconds since 1970; None where there is none, or it is wrong."""
        return self._date(self.text(row, field), field, wrong)

    def _date(self, text: str, field: str, wrong: list[Wrong]) -> int | None:
        if not text or _NO_DATE.fullmatch(text):
            return None
        try:
            return self.forms.dates.read(text)
        except (WrongFormError, OverflowError) as error:
            wrong.append((field, str(error)))
            return None

    def amount(self, row: Row, field: str, wrong: list[Wrong], *, digits: int = 2) -> Decimal | None:
        """As it is written, in a currency whose minor unit has so many digits; None where there is none, or it is wrong."""
        text = self.text(row, field)
        if not text:
            return None
        try:
            return self.forms.amounts.read(text) if digits else self.forms.amounts.read_whole(text)
        except WrongFormError as error:
            wrong.append((field, str(error)))
            return None

    def quantity(self, row: Row, wrong: list[Wrong]) -> Decimal | None:
        """As `amount`; how prices write decimals says nothing of how pieces do."""
        own = decimals_of(self.text(row, "quantity"))
        if own is None:
            return self.amount(row, "quantity", wrong)
        try:
            return self._quantities[own].read(self.text(row, "quantity"))
        except WrongFormError as error:
            wrong.append(("quantity", str(error)))
            return None

    def currency(self, row: Row, before: str | None, wrong: list[Wrong]) -> str:
        """The row's currency, else the one before it, else the operator's."""
        told = self.text(row, "currency") or before or self.forms.currency
        if not _CURRENCY.fullmatch(told):
            wrong.append(("currency", "is no ISO 4217 code: write it like EUR, or give --currency"))
        return told

    def digits(self, currency: str) -> int:
        """How many digits its minor unit has."""
        known = self._digits.get(currency)
        if known is None:
            known = self._digits[currency] = minor_digits(currency)
        return known

    def answer(self, row: Row, field: str, wrong: list[Wrong]) -> bool | int | None:
        """Yes, no, or (a date) yes at that time; None where nothing is said."""
        text = self.text(row, field)
        if not text:
            return None
        word, closing = text.casefold(), field.startswith(_OF_CLOSING)
        if word in _CLOSED:
            return closing
        if word in _YES:
            return True
        if word in _NO or (word in _NO_CONSENT and not closing):
            return False
        unsaid = len(wrong)
        at = self.date(row, field, wrong)
        if at is None:
            wrong[unsaid:] = [(field, "is neither yes, no nor a date")]
        return at
