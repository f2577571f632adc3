"""Rows put together to orders: each whole, or left out as a whole with every one of its rows told why."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from escalera.domain.purchases import products_in
from escalera_cli.importing.checks import NOT_BOUGHT, REFUNDED


class Part(NamedTuple):
    """A row of an order as it is staged; amounts in minor units, moments in microseconds since 1970."""

    file: int
    line: int
    order_id: str
    who: int | None
    at: int | None
    currency: str
    sku: str
    quantity: float | None
    amount: int | None
    category: str | None
    cost: int | None
    total: int | None
    discount: int | None
    refunded: int | None
    refunded_at: int | None
    delivered_at: int | None
    status: str
    channel: str | None
    root: int | None


@dataclass(slots=True)
class Assembled:
    """An order out of its rows. `is_return`: all of its lines give back."""

    order_id: str
    root: int
    who: int
    at: int
    currency: str
    total: int
    is_return: bool
    first: Part
    lines: Sequence[Part] = ()
    categories: Mapping[str, int] = field(default_factory=dict)
    cost: int | None = None
    discount: int = 0
    products: tuple[str, ...] = ()
    refunded: int = 0
    refunded_at: int | None = None
    delivered_at: int | None = None
    channel: str = "web"
    told_twice: bool = False
    """Two files tell it alike: it counts once."""
    repeated: int = 0
    """Lines that say the same as another line of it."""


class LeftOutError(Exception):
    """An order cannot be counted; the text is the reason."""


def assemble(parts: Sequence[Part], *, drop_repeated: bool = False) -> Assembled:
    """Make one order of all rows that name it, in order of file and line. LeftOutError says why it cannot be."""
    if any(part.status == NOT_BOUGHT for part in parts):
        raise LeftOutError(NOT_BOUGHT)
    heads, twice = _of_one_file([part for part in parts if part.total is not None], lambda part: part.total)
    lines, again = _of_one_file(
        [part for part in parts if part.amount is not None],
        lambda part: (part.sku, part.quantity, part.amount),
    )
    repeated = len(lines) - len(_distinct(lines))
    if drop_repeated:
        lines = _distinct(lines)
    roots = {part.root for part in parts if part.root is not None}
    if not roots:
        raise LeftOutError(
            "nobody knows whose it is: no row of the order has a customer id, an e-mail or a phone"
        )
    if len(roots) > 1:
        raise LeftOutError("its rows name different customers")
    times = [part.at for part in parts if part.at is not None]
    if not times:
        raise LeftOutError("no row of the order has its date")
    currencies = {part.currency for part in (heads or parts)}
    if len(currencies) > 1:
        raise LeftOutError("its rows are in different currencies")
    is_return = bool(lines) and all((part.quantity or 0) < 0 for part in lines)
    total, discount = _money(heads, lines)
    if total < 0 and not is_return:
        raise LeftOutError("its total is below zero, but not all of its lines give something back")
    named = [part for part in parts if part.who is not None]
    return Assembled(
        order_id=parts[0].order_id,
        root=roots.pop() or 0,
        who=named[0].who or 0,
        at=min(times),
        currency=currencies.pop(),
        total=total,
        is_return=is_return,
        first=parts[0],
        lines=lines,
        categories=_categories(lines),
        cost=_cost(lines),
        discount=discount,
        products=products_in(part.sku for part in lines),
        refunded=_refunded(parts, total),
        refunded_at=next((part.refunded_at for part in parts if part.refunded_at is not None), None),
        delivered_at=min(
            (part.delivered_at for part in parts if part.delivered_at is not None), default=None
        ),
        channel=next((part.channel for part in parts if part.channel), "web"),
        told_twice=twice or again,
        repeated=repeated,
    )


def _of_one_file(parts: list[Part], told: Callable[[Part], object]) -> tuple[list[Part], bool]:
    """The rows of the first file that has any; whether other files say the same. LeftOutError if they say else."""
    by_file: dict[int, list[Part]] = {}
    for part in parts:
        by_file.setdefault(part.file, []).append(part)
    if not by_file:
        return [], False
    first, *others = by_file.values()
    for other in others:
        if Counter(map(told, other)) != Counter(map(told, first)):
            raise LeftOutError("two of the files tell it differently")
    return first, bool(others)


def _distinct(lines: list[Part]) -> list[Part]:
    return list({(part.sku, part.quantity, part.amount, part.at, part.who): part for part in lines}.values())


def _money(heads: Sequence[Part], lines: Sequence[Part]) -> tuple[int, int]:
    """Total and discount. A total stands alone; of lines the total is their sum, less what each was reduced by."""
    if heads:
        totals = {part.total or 0 for part in heads}
        if len(totals) > 1:
            raise LeftOutError("its rows tell different totals")
        discount = next((part.discount for part in heads if part.discount is not None), 0)
        return totals.pop(), discount
    if not lines:
        raise LeftOutError("no row of the order tells its total")
    discount = sum(part.discount or 0 for part in lines)
    return sum(part.amount or 0 for part in lines) - discount, discount


def _categories(lines: Iterable[Part]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for part in lines:
        if part.category and part.amount is not None:
            sums[part.category[:100]] = sums.get(part.category[:100], 0) + part.amount
    return sums


def _cost(lines: Sequence[Part]) -> int | None:
    costs = [part.cost for part in lines if part.cost is not None]
    return sum(costs) if lines and len(costs) == len(lines) else None


def _refunded(parts: Sequence[Part], total: int) -> int:
    told = next((part.refunded for part in parts if part.refunded), 0)
    return told or (total if any(part.status == REFUNDED for part in parts) else 0)
