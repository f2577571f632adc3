"""The public dataset as it is, read into orders and the returns that can be matched to them.

What is dropped, and why, is listed in demo/README.md; the rules are here.
"""

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

SHOP_TIME = ZoneInfo("Europe/London")  # the dataset gives wall-clock times of a shop in the United Kingdom
# Products have a five-digit code with letters for the variant, or the house brand's DCGS prefix. All else is
# none: POST, DOT, C2 (carriage), D (discount), M (manual), S (samples), B, ADJUST, BANK CHARGES, vouchers.
PRODUCT = re.compile(r"(\d{5}[A-Za-z]{0,2}|DCGS\w+)")


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of the dataset that can be used: a product, a price, a customer. Prices are in pence."""

    invoice: str
    sku: str
    name: str
    quantity: int
    at: datetime
    unit_price: int
    customer: str

    @property
    def is_return(self) -> bool:
        """The dataset marks returns and cancellations by a C before the invoice's number."""
        return self.invoice.startswith("C")


@dataclass(frozen=True, slots=True)
class Order:
    """One invoice of one customer, with all its product lines, the dearest first."""

    order_id: str
    customer: str
    placed_at: datetime
    lines: tuple[SourceLine, ...]

    @property
    def total(self) -> int:
        """What the products cost together, in pence; postage and manual corrections are not in it."""
        return sum(line.quantity * line.unit_price for line in self.lines)


@dataclass(frozen=True, slots=True)
class Refund:
    """What a return gave back of one order; a return that touches two orders is two refunds."""

    refund_id: str
    order_id: str
    customer: str
    at: datetime
    amount: int


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """Every row of the dataset's CSV, plain or gzipped."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def usable_lines(rows: Iterable[dict[str, str]]) -> Iterator[SourceLine]:
    """The rows that say who bought which product for how much; exact duplicates once."""
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        customer = row["CustomerID"].strip()
        if not customer:
            continue
        key = tuple(row.values())
        sku = row["StockCode"].strip()
        if key in seen or not PRODUCT.fullmatch(sku):
            continue
        seen.add(key)
        price = _pence(row["UnitPrice"])
        quantity = int(row["Quantity"])
        is_return = row["InvoiceNo"].startswith("C")
        if price > 0 and (quantity < 0 if is_return else quantity > 0):
            name, at = _name(row["Description"]), _utc(row["InvoiceDate"])
            yield SourceLine(row["InvoiceNo"], sku, name, quantity, at, price, customer)


def orders_and_returns(lines: Iterable[SourceLine]) -> tuple[list[Order], list[list[SourceLine]]]:
    """Lines put together by invoice: the orders, and the returns' lines, each in order of time."""
    invoices: dict[tuple[str, str], list[SourceLine]] = defaultdict(list)
    for line in lines:
        invoices[line.invoice, line.customer].append(line)
    orders: list[Order] = []
    returns: list[list[SourceLine]] = []
    for (invoice, customer), group in invoices.items():
        if group[0].is_return:
            returns.append(group)
            continue
        dearest = sorted(group, key=lambda line: (-line.quantity * line.unit_price, line.sku, line.name))
        orders.append(Order(invoice, customer, min(line.at for line in group), tuple(dearest)))
    orders.sort(key=lambda order: (order.placed_at, order.order_id))
    returns.sort(key=lambda group: (group[0].at, group[0].invoice))
    return orders, returns


def match_returns(orders: Iterable[Order], returns: Iterable[list[SourceLine]]) -> list[Refund]:
    """Give each returned piece to the same customer's latest earlier order that still has such a piece.

    The dataset does not link a return to its purchase. Pieces are refunded at the price paid, so an order is
    never refunded more than it cost; pieces that no earlier order holds (bought before the dataset starts)
    are dropped.
    """
    bought: dict[tuple[str, str], list[_Pieces]] = defaultdict(list)
    for order in orders:
        for line in order.lines:
            bought[order.customer, line.sku].append(_Pieces(order, line.unit_price, line.quantity))
    refunds: list[Refund] = []
    for group in returns:
        amounts: dict[str, int] = defaultdict(int)
        for line in group:
            left = -line.quantity
            for pieces in reversed(bought[line.customer, line.sku]):
                if pieces.order.placed_at < line.at and left > 0 < pieces.left:
                    taken = min(left, pieces.left)
                    pieces.left, left = pieces.left - taken, left - taken
                    amounts[pieces.order.order_id] += taken * pieces.unit_price
        first = group[0]
        for number, (order_id, amount) in enumerate(sorted(amounts.items()), start=1):
            refund_id = first.invoice if len(amounts) == 1 else f"{first.invoice}-{number}"
            refunds.append(
                Refund(refund_id, order_id, first.customer, max(line.at for line in group), amount)
            )
    return refunds


@dataclass(slots=True)
class _Pieces:
    """How many pieces of one line have not come back yet."""

    order: Order
    unit_price: int
    left: int


@cache
def _pence(price: str) -> int:
    return int((Decimal(price) * 100).quantize(Decimal(1), ROUND_HALF_UP))


@cache
def _name(description: str) -> str:
    """The dataset shouts (`WHITE CHERRY LIGHTS`); a message to a customer should not."""
    return " ".join(description.split()).capitalize()


@cache
def _utc(wall_clock: str) -> datetime:
    return datetime.fromisoformat(wall_clock).replace(tzinfo=SHOP_TIME).astimezone(UTC)
