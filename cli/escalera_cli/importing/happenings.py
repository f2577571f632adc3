"""Purchases, happenings and rows left out, as they go into the staging: many at a time."""

import json
from typing import Any, NamedTuple

from escalera_cli.importing.orders import Assembled, Part
from escalera_cli.importing.staging import Staging

TOGETHER = 5_000
"""So many rows are written at once."""


class Happened(NamedTuple):
    """A row of the table of happenings."""

    root: int
    kind: str
    who: int
    at: int
    told: str
    file: int
    line: int


class HappeningWriter:
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
            "products": order.products,
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
        if len(self._happened) + len(self._left_out) >= TOGETHER:
            self.flush()
