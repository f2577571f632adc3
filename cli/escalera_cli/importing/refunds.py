"""Refunds told by themselves, each given to the customer whose order it is of."""

import hashlib
import json
from decimal import Decimal
from typing import Any

from escalera.domain.money import minor_digits
from escalera_cli.importing.checks import FINE
from escalera_cli.importing.forms import minor
from escalera_cli.importing.happenings import TOGETHER, Happened
from escalera_cli.importing.staging import Staging

_REFUNDS = """
SELECT refund.file, refund.line, refund.order_id, refund.refund_id, refund.at, refund.currency, refund.amount,
  refund.who, root.root, purchase.root, purchase.currency, purchase.who,
  EXISTS (SELECT 1 FROM part WHERE part.order_id = refund.order_id),
  ROW_NUMBER() OVER (PARTITION BY refund.order_id, refund.at, refund.amount, refund.currency
    ORDER BY refund.file, refund.line)
FROM refund LEFT JOIN root ON root.who = refund.who LEFT JOIN purchase ON purchase.order_id = refund.order_id
ORDER BY refund.file, refund.line
"""


def match_refunds(staging: Staging, currency: str) -> None:
    """Make happenings of the refunds; one that is nobody's, or another's, is left out with the reason."""
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
        if len(writer) >= TOGETHER:
            staging.put("happening", writer, 7)
            writer = []
    staging.put("happening", writer, 7)
    staging.put("left_out", left_out, 5)


def _named(*parts: str) -> str:
    """A name for a refund that has none: the same for the same refund, whenever it is imported."""
    return "imported-" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:24]
