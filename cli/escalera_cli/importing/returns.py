"""Orders that give something back, matched with the orders it was bought in: shops' exports do not link the two."""

from collections.abc import Iterator
from itertools import groupby

from escalera_cli.importing.happenings import HappeningWriter
from escalera_cli.importing.orders import Assembled, LeftOutError, Part, assemble
from escalera_cli.importing.staging import Staging

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


def match_returns(staging: Staging) -> None:
    """Give each returned piece to the same person's latest earlier order that still has such a piece.

    One of which a piece finds no order is left out as a whole.
    """
    staging.change("DROP TABLE IF EXISTS temp.piece")
    staging.change(_PIECES)
    staging.change("CREATE INDEX temp.pieces ON piece (root, sku, at)")
    writer = HappeningWriter(staging)
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
