"""What the staged rows come to: people joined, orders put together, returns matched, each thing a happening of somebody.

It is all done in one transaction: an import that breaks off here does it again.
"""

import json
from collections.abc import Callable
from itertools import groupby
from typing import NamedTuple, Self

from escalera_cli.importing.happenings import HappeningWriter
from escalera_cli.importing.orders import LeftOutError, Part, assemble
from escalera_cli.importing.people import join_people
from escalera_cli.importing.refunds import match_refunds
from escalera_cli.importing.returns import match_returns
from escalera_cli.importing.staging import Staging

WITH_ITS_ORDER = "left out with its order, of which another row is wrong"

_PARTS = """
SELECT part.*, root.root FROM part LEFT JOIN root ON root.who = part.who
ORDER BY part.order_id, part.file, part.line
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
        match_returns(staging)
        match_refunds(staging, currency)
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
    writer = HappeningWriter(staging)
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
