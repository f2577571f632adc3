"""Rows checked: each becomes what the staging keeps of it, or the list of what is wrong with it, field by field."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from escalera.domain.vocabulary import Language, SalesChannel
from escalera_cli.importing.cells import Cells, Forms, Row, Wrong
from escalera_cli.importing.columns import Columns, FileKind
from escalera_cli.importing.forms import TOO_LARGE, minor
from escalera_cli.importing.statuses import OrderStatus

NOT_BOUGHT = "its status says that it was not bought (cancelled, unpaid, failed)"
REFUNDED = "refunded"
_CHANNELS = {
    **{one.value: one.value for one in SalesChannel},
    **dict.fromkeys(
        ("online", "online_store", "online store", "internet", "tienda online", "loja online"), "web"
    ),
    **dict.fromkeys(
        ("pos", "point of sale", "store", "shop", "tienda", "loja", "mostrador", "balcão"), "counter"
    ),
    **dict.fromkeys(("catalog", "catálogo", "catalogo"), "catalogue"),
    **dict.fromkeys(("call", "telephone", "teléfono", "telefono", "telefone"), "phone"),
}


class Check(Protocol):
    """Reads the rows of one kind of file. Whatever is wrong is added to `wrong`; the answer is None then."""

    table: str
    width: int
    cells: Cells

    def read(self, file: int, line: int, row: Row, wrong: list[Wrong]) -> tuple[Any, ...] | None:
        """What the staging's table keeps of the row."""

    def order_of(self, row: Row) -> str | None:
        """The order the row belongs to, if it is one's."""


def check_for(columns: Columns, forms: Forms, number: Callable[[tuple[str, str, str]], int | None]) -> Check:
    """The check of a file of these columns."""
    cells = Cells(columns, forms, number)
    match columns.kind:
        case FileKind.CUSTOMERS:
            return CustomerCheck(cells)
        case FileKind.REFUNDS:
            return RefundCheck(cells)
        case _:
            return OrderCheck(cells)


class OrderCheck:
    """Orders, whole or line by line."""

    table, width = "part", 18

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self._has = cells.places.keys()
        self._previous: tuple[str, str] = ("", "")

    def order_of(self, row: Row) -> str | None:
        """Its order."""
        return self.cells.identifier(row, "order_id", []) or None

    def read(self, file: int, line: int, row: Row, wrong: list[Wrong]) -> tuple[Any, ...] | None:
        """A row of `part`: amounts in minor units, moments in microseconds since 1970."""
        cells = self.cells
        if len(row) > cells.width and cells.is_too_long(row, wrong):
            return None
        order_id = cells.identifier(row, "order_id", wrong)
        if not order_id:
            wrong.append(("order_id", "is missing"))
        who = cells.who(row, wrong)
        at = cells.ordered_at(row, wrong)
        # Where an order goes on over several rows, only its first may tell the currency.
        before = self._previous[1] if self._previous[0] == order_id else None
        currency = cells.currency(row, before, wrong)
        digits = cells.digits(currency)
        quantity, amount, cost = self._line(row, digits, wrong)
        total = self._money(row, "total", digits, wrong)
        discount = self._money(row, "discount", digits, wrong)
        refunded = self._money(row, "refund_amount", digits, wrong)
        if refunded is not None and refunded < 0:
            refunded = -refunded  # WooCommerce writes what was given back below zero
        kept = self._status(row)
        channel = self._channel(row) if "channel" in self._has else None
        delivered_at = (
            cells.optional(partial(cells.date, row, "delivered_at")) if "delivered_at" in self._has else None
        )
        refunded_at = cells.date(row, "refunded_at", wrong) if "refunded_at" in self._has else None
        if wrong:
            return None
        self._previous = (order_id, currency)
        return (
            *(file, line, order_id, who, at, currency),
            *(cells.text(row, "sku"), quantity, amount, cells.text(row, "category") or None, cost),
            *(total, None if discount is None else abs(discount), refunded, refunded_at, delivered_at),
            *(kept, channel),
        )

    def _line(self, row: Row, digits: int, wrong: list[Wrong]) -> tuple[float | None, int | None, int | None]:
        if "quantity" not in self._has:
            return None, None, None
        cells = self.cells
        quantity, price = cells.quantity(row, wrong), cells.amount(row, "unit_price", wrong, digits=digits)
        if quantity is None or price is None:
            if "total" not in self._has and not wrong:
                wrong.append(("unit_price" if quantity is not None else "quantity", "is missing"))
            return None, None, None
        if price < 0:
            wrong.append(("unit_price", "is below zero: what is given back has a negative quantity"))
        cost = cells.amount(row, "unit_cost", wrong, digits=digits) if "unit_cost" in self._has else None
        if cost is not None and cost < 0:
            wrong.append(("unit_cost", "is below zero"))
        if max(abs(price), cost or 0) * abs(quantity) >= TOO_LARGE:
            wrong.append(("quantity", "times the price is larger than any amount"))
            return None, None, None
        whole = None if cost is None else minor(cost * quantity, digits)
        return float(quantity), minor(price * quantity, digits), whole

    def _money(self, row: Row, field: str, digits: int, wrong: list[Wrong]) -> int | None:
        if field not in self._has:
            return None
        amount = self.cells.amount(row, field, wrong, digits=digits)
        return None if amount is None else minor(amount, digits)

    def _status(self, row: Row) -> str:
        if "cancelled_at" in self._has and self.cells.text(row, "cancelled_at"):
            return NOT_BOUGHT
        match self.cells.status(row):
            case OrderStatus.NOT_BOUGHT:
                return NOT_BOUGHT
            case OrderStatus.REFUNDED:
                return REFUNDED
        return ""

    def _channel(self, row: Row) -> str | None:
        return _CHANNELS.get(self.cells.text(row, "channel").casefold())


class RefundCheck:
    """Money given back, one row each."""

    table, width = "refund", 8

    def __init__(self, cells: Cells) -> None:
        self.cells = cells

    def order_of(self, row: Row) -> str | None:  # noqa: ARG002 - a wrong refund does not spoil its order
        """None: a wrong refund does not spoil its order."""
        return None

    def read(self, file: int, line: int, row: Row, wrong: list[Wrong]) -> tuple[Any, ...] | None:
        """A row of `refund`, its amount in ten-thousandths."""
        cells = self.cells
        if len(row) > cells.width and cells.is_too_long(row, wrong):
            return None
        order_id = cells.identifier(row, "order_id", wrong)
        refund_id = cells.identifier(row, "refund_id", wrong)
        who = cells.who(row, wrong)
        at = cells.date(row, "refunded_at", wrong)
        told = cells.text(row, "currency")
        digits = cells.digits(told or cells.forms.currency)
        amount = cells.amount(row, "refund_amount", wrong, digits=digits)
        for field, value in (("order_id", order_id or None), ("refunded_at", at), ("refund_amount", amount)):
            if value is None and field not in {one for one, _ in wrong}:
                wrong.append((field, "is missing"))
        currency = cells.currency(row, None, wrong) if told else ""
        if wrong or amount is None:
            return None
        # Which currency's minor units these are is known with the order: until then, ten-thousandths.
        return (file, line, order_id, refund_id, at, currency, int(abs(amount) * FINE), who)


FINE = 10_000


class CustomerCheck:
    """Who the customers are and what they allow, one row each."""

    table, width = "person", 5

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self._asked = [one for one in _ASKED if one in cells.places]

    def order_of(self, row: Row) -> str | None:  # noqa: ARG002
        """None: it belongs to no order."""
        return None

    def read(self, file: int, line: int, row: Row, wrong: list[Wrong]) -> tuple[Any, ...] | None:
        """A row of `person`: what it tells, as JSON."""
        cells = self.cells
        if len(row) > cells.width and cells.is_too_long(row, wrong):
            return None
        who = cells.who(row, wrong)
        told: dict[str, Any] = {
            "registered_at": cells.optional(partial(cells.date, row, "registered_at")),
            "updated_at": cells.optional(partial(cells.date, row, "updated_at")),
            "consent_at": cells.optional(partial(cells.date, row, "consent_at")),
            "language": _language(cells.text(row, "language")),
            "time_zone": cells.optional(partial(_zone, cells.text(row, "time_zone"))),
            "given_name": cells.optional(partial(_name, cells, row, "given_name")),
            "family_name": cells.optional(partial(_name, cells, row, "family_name")),
            "email": cells.email(row, []),
            "phone": cells.phone(row, []),
        }
        told |= {field: cells.answer(row, field, wrong) for field in self._asked}
        if who is None and not wrong:
            wrong.append(
                ("customer_id", "is missing, and so are e-mail and phone: nobody can tell who it is")
            )
        if wrong:
            return None
        return (
            file,
            line,
            who,
            1,
            json.dumps({name: one for name, one in told.items() if one not in (None, "")}),
        )


_ASKED = (
    *("promotion_email", "promotion_sms", "relationship_email", "relationship_sms"),
    *("unsubscribed_email", "unsubscribed_sms", "bounced_email", "spam_email"),
)


def _name(cells: Cells, row: Row, field: str, wrong: list[Wrong]) -> str:
    text = cells.text(row, field)
    if len(text) > 100:
        wrong.append((field, "is longer than 100 letters"))
        return ""
    return text


def _language(text: str) -> str | None:
    """`es-MX`, `pt_BR`, `Spanish`: one of the languages messages are written in; others are as good as unsaid."""
    word = text.casefold()
    short = _LANGUAGES.get(word, word[:2])
    return short if short in set(Language) else None


_LANGUAGES: Mapping[str, str] = {
    **dict.fromkeys(("spanish", "español", "espanol", "castellano", "espanhol"), "es"),
    **dict.fromkeys(("portuguese", "portugués", "português", "portugues"), "pt"),
    **dict.fromkeys(("english", "inglés", "ingles", "inglês"), "en"),
}


def _zone(text: str, wrong: list[Wrong]) -> str | None:
    if not text:
        return None
    try:
        ZoneInfo(text)
    except (KeyError, OSError, ValueError):
        wrong.append(("time_zone", "is no IANA time zone: write it like Europe/Madrid"))
        return None
    return text
