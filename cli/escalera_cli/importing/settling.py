"""What the staged rows come to: people joined, orders put together, returns matched, each thing a happening of somebody.

It is all done in one transaction: an import that breaks off here does it again.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple, Self

from escalera.domain.money import minor_digits
from escalera_cli.importing.checks import FINE
from escalera_cli.importing.forms import minor
from escalera_cli.importing.orders import Assembled, LeftOutError, Part, assemble
from escalera_cli.importing.people import join_people
from escalera_cli.importing.staging import Staging

WITH_ITS_ORDER = "left out with its order, of which another row is wrong"
_TOGETHER = 5_000

_PARTS = """
SELECT part.*, root.root FROM part LEFT JOIN root ON root.who = part.who
ORDER BY part.order_id, part.file, part.line
"""
_RETURNED = """
SELECT part.*, root.root FROM returned JOIN part ON part.order_id = returned.order_id
LEFT JOIN root ON root.who = part.who ORDER BY returned.at, part.order_id, part.file, part.line
"""
_PIECES = """
CREATE TEMP TABLE piece AS SELECT purchase.root AS root, part.sku AS sku, purchase.at AS at,
  purchase.order_id AS order_id, part.quantity AS quantity
FROM (SELECT DISTINCT root FROM returned) AS back JOIN purchase ON purchase.root = back.root
JOIN part ON part.order_id = purchase.order_id AND part.file = purchase.lines_of
WHERE part.quantity > 0 AND part.sku <> ''
"""
_REFUNDS = """
SELECT refund.file, refund.line, refund.order_id, refund.refund_id, refund.at, refund.currency, refund.amount,
  refund.who, root.root, purchase.root, purchase.currency, purchase.who,
  EXISTS (SELECT 1 FROM part WHERE part.order_id = refund.order_id),
  ROW_NUMBER() OVER (PARTITION BY refund.order_id, refund.at, refund.amount, refund.currency
    ORDER BY refund.file, refund.line)
FROM refund LEFT JOIN root ON root.who = refund.who LEFT JOIN purchase ON purchase.order_id = refund.order_id
ORDER BY refund.file, refund.line
"""


class Counts(NamedTuple):
    """What was found in passing."""

    told_twice: int
    """Orders that two files tell alike."""
    repeated_lines: int
    """Lines that say the same as another of their order."""

    @classmethod
    def from_json(cls, text: str) -> Self:
        """As the staging keeps it."""
        return cls(*json.loads(text))


class Happened(NamedTuple):
    """A row of the table of happenings."""

    root: int
    kind: str
    who: int
    at: int
    told: str
    file: int
    line: int


def settle(
    staging: Staging,
    *,
    currency: str,
    drop_repeated: bool = False,
    report: Callable[[str], None] = lambda _: None,
) -> Counts:
    """Make people, orders and happenings of the staged rows; what cannot be counted is in `left_out` then."""
    with staging.together():
        staging.begin_settling()
        report("Joining identities")
        join_people(staging)
        report("Putting orders together")
        staging.change("CREATE INDEX IF NOT EXISTS part_orders ON part (order_id, file, line)")
        counts = _orders(staging, drop_repeated=drop_repeated)
        report("Matching returns and refunds")
        _returns(staging)
        _refunds(staging, currency)
        staging.change(
            "INSERT INTO happening SELECT root.root, 'person', person.who, 0, person.told, person.file, person.line"
            " FROM person JOIN root ON root.who = person.who"
        )
        # Whoever bought without an account left their address with the order.
        staging.change(
            "INSERT INTO happening SELECT purchase.root, 'address', who.id, MAX(purchase.at), '{}', purchase.file,"
            " purchase.line FROM purchase JOIN who ON who.id = purchase.who"
            " WHERE who.email <> '' OR who.phone <> '' GROUP BY who.id"
        )
        staging.change("CREATE INDEX happenings ON happening (root, at)")
        staging.note("settled", json.dumps(counts))
    return counts


def _orders(staging: Staging, *, drop_repeated: bool) -> Counts:
    staging.change(
        "CREATE TEMP TABLE IF NOT EXISTS returned (order_id TEXT PRIMARY KEY, root INTEGER, at INTEGER)"
    )
    staging.change("DELETE FROM temp.returned")
    writer = _Writer(staging)
    twice = repeated = 0
    poisoned = _Poisoned(staging)
    for order_id, rows in groupby(staging.ask(_PARTS), key=lambda row: str(row[2])):
        parts = [Part(*row) for row in rows]
        because = poisoned.by(order_id)
        if because is not None:
            writer.leave_out(parts, WITH_ITS_ORDER, because)
            continue
        try:
            order = assemble(parts, drop_repeated=drop_repeated)
        except LeftOutError as error:
            writer.leave_out(parts, str(error))
            continue
        twice, repeated = twice + order.told_twice, repeated + order.repeated
        if order.is_return:
            staging.put("temp.returned", [(order_id, order.root, order.at)], 3)
        else:
            writer.bought(order)
    writer.flush()
    staging.change("CREATE INDEX purchase_roots ON purchase (root)")
    return Counts(twice, repeated)


class _Poisoned:
    """Orders with a wrong row, asked for in rising order."""

    def __init__(self, staging: Staging) -> None:
        self._rows = staging.ask("SELECT order_id, file, line FROM poisoned ORDER BY order_id")
        self._next = next(self._rows, None)

    def by(self, order_id: str) -> str | None:
        """The wrong row that spoils this order, as `file:line`."""
        while self._next is not None and self._next[0] < order_id:
            self._next = next(self._rows, None)
        if self._next is None or self._next[0] != order_id:
            return None
        return f"{self._next[1]}:{self._next[2]}"


class _Writer:
    """Purchases, happenings and rows left out, written many at a time."""

    def __init__(self, staging: Staging) -> None:
        self._staging = staging
        self._purchases: list[tuple[Any, ...]] = []
        self._happened: list[Happened] = []
        self._left_out: list[tuple[Any, ...]] = []

    def leave_out(self, parts: list[Part], reason: str, because: str = "") -> None:
        """Every row of an order, with the reason."""
        self._left_out += [(part.file, part.line, "", reason, because) for part in parts]
        self._flush_when_full()

    def bought(self, order: Assembled) -> None:
        """An order, its delivery, and what was given back of it as the order itself tells."""
        first = order.first
        lines_of = order.lines[0].file if order.lines else first.file
        self._purchases.append(
            (
                order.order_id,
                order.root,
                order.who,
                order.at,
                order.currency,
                order.total,
                first.file,
                first.line,
                lines_of,
            )
        )
        told = {
            "order": order.order_id,
            "total": order.total,
            "currency": order.currency,
            "channel": order.channel,
            "categories": order.categories,
            "cost": order.cost,
            "discount": order.discount,
        }
        self.happened("purchase", order, order.at, told)
        if order.delivered_at is not None:
            self.happened("delivery", order, order.delivered_at, {"order": order.order_id})
        if order.refunded:
            at = order.refunded_at if order.refunded_at is not None else order.at
            refund_id = f"{order.order_id}-refunded"[-128:]
            self.refunded(order, refund_id, of=order.order_id, amount=order.refunded, at=at)
        self._flush_when_full()

    def refunded(self, order: Assembled, refund_id: str, *, of: str, amount: int, at: int) -> None:
        """Money given back for an order."""
        told = {"order": of, "refund": refund_id, "amount": amount, "currency": order.currency}
        self.happened("refund", order, at, told)

    def happened(self, kind: str, order: Assembled, at: int, told: Any) -> None:
        """Something happened to somebody."""
        first = order.first
        self._happened.append(
            Happened(order.root, kind, order.who, at, json.dumps(told), first.file, first.line)
        )

    def flush(self) -> None:
        """Write what is at hand."""
        self._staging.put("purchase", self._purchases, 9)
        self._staging.put("happening", self._happened, 7)
        self._staging.put("left_out", self._left_out, 5)
        self._purchases, self._happened, self._left_out = [], [], []

    def _flush_when_full(self) -> None:
        if len(self._happened) + len(self._left_out) >= _TOGETHER:
            self.flush()


def _returns(staging: Staging) -> None:
    """Give each returned piece to the same person's latest earlier order that still has such a piece.

    Shops' exports do not link a return to its purchase. One of which a piece finds no order is left out as a whole.
    """
    staging.change("DROP TABLE IF EXISTS temp.piece")
    staging.change(_PIECES)
    staging.change("CREATE INDEX temp.pieces ON piece (root, sku, at)")
    writer = _Writer(staging)
    for _, rows in groupby(staging.ask(_RETURNED), key=lambda row: str(row[2])):
        parts = [Part(*row) for row in rows]
        order = assemble(parts)
        try:
            taken = list(_matched(staging, order))
        except LeftOutError as error:
            writer.leave_out(parts, str(error))
            continue
        amounts: dict[str, int] = {}
        for piece, left, order_id, amount in taken:
            staging.change("UPDATE temp.piece SET quantity = ? WHERE rowid = ?", left, piece)
            amounts[order_id] = amounts.get(order_id, 0) + amount
        for number, (order_id, amount) in enumerate(sorted(amounts.items()), start=1):
            refund_id = order.order_id if len(amounts) == 1 else f"{order.order_id}-{number}"[-128:]
            if amount:
                writer.refunded(order, refund_id, of=order_id, amount=amount, at=order.at)
    writer.flush()


def _matched(staging: Staging, order: Assembled) -> Iterator[tuple[int, float, str, int]]:
    """Pieces taken: which, how many are left of it, of which order, for how much."""
    if not order.total:
        raise LeftOutError("it gives back nothing")
    lefts: dict[int, float] = {}
    for line in order.lines:
        wanted, owed = -(line.quantity or 0), -(line.amount or 0)
        found = staging.ask(
            "SELECT rowid, order_id, quantity FROM temp.piece WHERE root = ? AND sku = ? AND at <= ? ORDER BY at DESC,"
            " order_id DESC",
            order.root,
            line.sku,
            order.at,
        )
        for piece, order_id, quantity in found:
            there = lefts.get(piece, quantity)
            taken = min(wanted, there)
            if taken <= 0:
                continue
            share = owed if taken == wanted else round(owed * taken / wanted)
            wanted, owed, lefts[piece] = wanted - taken, owed - share, there - taken
            yield piece, lefts[piece], str(order_id), share
            if wanted <= 0:
                break
        if wanted > 0:
            raise LeftOutError("a return of something that no earlier order of this customer holds")


def _refunds(staging: Staging, currency: str) -> None:
    writer: list[Happened] = []
    left_out: list[tuple[Any, ...]] = []
    for row in staging.ask(_REFUNDS):
        file, line, order_id, refund_id, at, told, fine, who, root, owner, paid_in, buyer, is_there, nth = row
        reason = None
        if owner is None and is_there:
            reason = "left out with its order"
        elif owner is None and root is None:
            reason = "its order is in none of the files, and the row does not say whose it is"
        elif owner is not None and root is not None and root != owner:
            reason = "its order belongs to another customer"
        in_currency = told or paid_in or currency
        if reason is not None:
            left_out.append((file, line, "", reason, ""))
            continue
        if not refund_id:
            refund_id = _named(*map(str, (order_id, in_currency, at, fine, nth)))
        amount = minor(Decimal(fine) / FINE, minor_digits(in_currency))
        known = {"order": order_id, "refund": refund_id, "amount": amount, "currency": in_currency}
        person, whose = (root, who) if owner is None else (owner, buyer)
        writer.append(Happened(person, "refund", whose, at, json.dumps(known), file, line))
        if len(writer) >= _TOGETHER:
            staging.put("happening", writer, 7)
            writer = []
    staging.put("happening", writer, 7)
    staging.put("left_out", left_out, 5)


def _named(*parts: str) -> str:
    """A name for a refund that has none: the same for the same refund, whenever it is imported."""
    return "imported-" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:24]
