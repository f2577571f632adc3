"""The committed tables as the bus contract writes them: one dict per event, with `detail` still a dict."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

FILES = Path(__file__).parent / "history"
TABLES = ("customers", "consents", "orders", "lines", "refunds", "complaints")
CURRENCY = "GBP"

Row = Mapping[str, str]
Event = dict[str, Any]

# Of two events in the same second, the one that explains the other comes first.
KINDS = (
    "CustomerRegistered",
    "ConsentGiven",
    "PurchaseCompleted",
    "DeliveryCompleted",
    "ComplaintRaised",
    "ComplaintAnswered",
    "PurchaseRefunded",
    "ComplaintResolved",
    "ConsentWithdrawn",
)


def events_of(tables: Mapping[str, Sequence[Row]]) -> list[Event]:
    """Every event the tables tell, in order of time."""
    return in_order(_all_events(tables))


def in_order(events: Iterable[Event]) -> list[Event]:
    """Sort by time; within a second by kind, then by id, so that the order is always the same."""
    return sorted(events, key=_order)


def read_tables(folder: Path = FILES) -> dict[str, list[Row]]:
    """The rows of each CSV file of the history."""
    tables: dict[str, list[Row]] = {}
    for name in TABLES:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    return tables


def _all_events(tables: Mapping[str, Sequence[Row]]) -> Iterator[Event]:
    customers = {row["customer_id"]: row for row in tables["customers"]}
    orders = {row["order_id"]: row for row in tables["orders"]}
    for row in customers.values():
        yield _event("CustomerRegistered", row["customer_id"], row["registered_at"], row, _contact(row))
    for row in tables["consents"]:
        yield from _consent_events(row, customers[row["customer_id"]])
    yield from _purchase_events(tables, customers)
    for row in tables["refunds"]:
        order = orders[row["order_id"]]
        fields = {
            "order_id": row["order_id"],
            "refund_id": row["refund_id"],
            "amount": _money(row["amount"]),
            "reason": row["reason"],
        }
        yield _event("PurchaseRefunded", row["refund_id"], row["refunded_at"], order, fields)
    for row in tables["complaints"]:
        yield from _complaint_events(row)


def _consent_events(row: Row, customer: Row) -> Iterator[Event]:
    fields = {"purpose": row["purpose"], "for_channel": row["for_channel"]}
    of = f"{row['customer_id']}-{row['purpose']}-{row['for_channel']}"
    yield _event("ConsentGiven", of, row["given_at"], customer, fields)
    if row["withdrawn_at"]:
        yield _event("ConsentWithdrawn", of, row["withdrawn_at"], dict(customer) | {"channel": "web"}, fields)


def _purchase_events(tables: Mapping[str, Sequence[Row]], customers: Mapping[str, Row]) -> Iterator[Event]:
    """Purchases and their deliveries; a customer's first purchase carries the contact, as a checkout does."""
    lines: dict[str, list[Event]] = defaultdict(list)
    for row in tables["lines"]:
        lines[row["order_id"]].append(
            {
                "sku": row["sku"],
                "name": row["name"],
                "quantity": int(row["quantity"]),
                "unit_price": _money(row["unit_price"]),
            }
        )
    known: set[str] = set()
    for row in sorted(tables["orders"], key=lambda order: (order["placed_at"], order["order_id"])):
        order_id, who = row["order_id"], row["customer_id"]
        fields: Event = {"order_id": order_id, "total": _money(row["total"]), "lines": lines[order_id]}
        if who not in known:
            known.add(who)
            fields["contact"] = _contact(customers[who])
        yield _event("PurchaseCompleted", order_id, row["placed_at"], row, fields)
        if row["delivered_at"]:
            delivered = {"order_id": order_id}
            yield _event("DeliveryCompleted", order_id, row["delivered_at"], row, delivered)


def _complaint_events(row: Row) -> Iterator[Event]:
    which = {"complaint_id": row["complaint_id"]}
    raised = which | {"order_id": row["order_id"], "subject": row["subject"], "text": row["text"]}
    told: Iterable[tuple[str, str, Event]] = (
        ("ComplaintRaised", row["raised_at"], raised),
        ("ComplaintAnswered", row["answered_at"], which | {"answer": row["answer"]}),
        ("ComplaintResolved", row["resolved_at"], which | {"cause": row["cause"]}),
    )
    for kind, at, fields in told:
        if at:
            yield _event(kind, row["complaint_id"], at, row, fields)


def _event(kind: str, about: str, at: str, of: Row, fields: Event) -> Event:
    envelope = {
        "event_id": f"{kind}-{about}",
        "version": 1,
        "occurred_at": at,
        "channel": of["channel"],
        "customer_id": of["customer_id"],
    }
    return {"source": "shop", "detail-type": kind, "detail": envelope | fields}


def _contact(customer: Row) -> Event:
    """Name and addresses; an e-mail or phone that was not given is absent."""
    given = ("given_name", "family_name", "email", "phone", "language", "time_zone")
    return {name: customer[name] for name in given if customer[name]}


def _money(amount: str) -> Event:
    return {"amount": int(amount), "currency": CURRENCY}


def _order(event: Event) -> tuple[str, int, str]:
    detail = event["detail"]
    return detail["occurred_at"], KINDS.index(event["detail-type"]), detail["event_id"]
