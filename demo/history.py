"""The committed history, told again as the events a shop puts on the bus.

    from demo import load_history, window
    events = load_history(customers=60, days=120)   # [{"source": "shop", "detail-type": ..., "detail": {...}}, ...]

Each event is what PutEvents takes, with `detail` still a dict. They come in order of `occurred_at`.

The window is the last `days` of the history unless `start` says otherwise, so that as much as possible is known of
each customer before it begins. What came before is the prologue: events with their true, earlier `occurred_at`, at
the head of the list. It holds registrations, consents, purchases and refunds, so rhythms and sums are right from the
first day; deliveries and complaints that were over by then are left out. `window()` says where the prologue ends.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from demo.choosing import keep_mix
from demo.draws import instant

FILES = Path(__file__).parent / "history"
TABLES = ("customers", "consents", "orders", "lines", "refunds", "complaints")
CURRENCY = "GBP"
# A customer whose last order is older than this when the window opens, and who does nothing in it, has nothing to show.
WORTH_WATCHING = timedelta(days=60)

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
ENDED_BEFORE = frozenset({"DeliveryCompleted", "ComplaintRaised", "ComplaintAnswered", "ComplaintResolved"})


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` (included) to `end` (not included), both aware, midnight UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class _Customer:
    """One customer's whole life in the history: the mix it counts for, and its events in order."""

    segment: str
    events: tuple[Event, ...]
    open_from: Mapping[str, str]  # complaint id -> when it was resolved, "" when never


def load_history(customers: int = 60, days: int = 120, start: date | None = None) -> list[Event]:
    """The events of `customers` customers over `days` days, with the prologue before them.

    The customers are always the same ones for the same arguments, and keep the mix of one-time, repeat, frequent
    and lapsed buyers among all who have something to show in the window.
    Raises ValueError when the history has not so many customers or days; the message says how many it has.
    """
    span = window(days, start)
    lives = _lives()
    first, last = instant(span.start), instant(span.end)
    watched = instant(span.start - WORTH_WATCHING)
    worth = {who: life.segment for who, life in lives.items() if _has_something_to_show(life, watched, first, last)}
    events = [event for who in keep_mix(worth, customers) for event in _told(lives[who], first, last)]
    return sorted(events, key=_order)


def window(days: int = 120, start: date | None = None) -> Window:
    """The days that are replayed; before `window().start` lies the prologue. Raises ValueError outside the history."""
    begins, ends = _span()
    opens = ends - timedelta(days=days) if start is None else datetime.combine(start, time(), UTC)
    closes = opens + timedelta(days=days)
    if days < 1 or opens < begins or closes > ends:
        message = (
            f"the history runs from {begins:%Y-%m-%d} to {ends:%Y-%m-%d} ({(ends - begins).days} days): "
            f"{days} days from {opens:%Y-%m-%d} do not fit; ask for fewer days or another start"
        )
        raise ValueError(message)
    return Window(opens, closes)


def events_of(tables: Mapping[str, Sequence[Row]]) -> list[Event]:
    """Every event the tables tell, in order of time."""
    events = list(_all_events(tables))
    return sorted(events, key=_order)


def read_tables(folder: Path = FILES) -> dict[str, list[Row]]:
    """The rows of each CSV file of the history."""
    tables: dict[str, list[Row]] = {}
    for name in TABLES:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    return tables


def _order(event: Event) -> tuple[str, int, str]:
    detail = event["detail"]
    return detail["occurred_at"], KINDS.index(event["detail-type"]), detail["event_id"]


def _has_something_to_show(life: _Customer, watched: str, first: str, last: str) -> bool:
    """An event in the window, or an order so shortly before it that the silence after it falls in the window."""
    return any(
        first <= at < last or (watched <= at < first and event["detail-type"] == "PurchaseCompleted")
        for event in life.events
        for at in (event["detail"]["occurred_at"],)
    )


def _told(life: _Customer, first: str, last: str) -> Iterator[Event]:
    for event in life.events:
        detail = event["detail"]
        at = detail["occurred_at"]
        if at >= last:
            return
        if at < first and event["detail-type"] in ENDED_BEFORE:
            resolved = life.open_from.get(detail.get("complaint_id", ""), at)
            if resolved and resolved < first:
                continue
        yield event


@cache
def _lives() -> dict[str, _Customer]:
    tables = read_tables()
    events: dict[str, list[Event]] = defaultdict(list)
    resolved: dict[str, dict[str, str]] = defaultdict(dict)
    for event in events_of(tables):
        events[event["detail"]["customer_id"]].append(event)
    for row in tables["complaints"]:
        resolved[row["customer_id"]][row["complaint_id"]] = row["resolved_at"]
    return {
        row["customer_id"]: _Customer(
            row["segment"], tuple(events[row["customer_id"]]), resolved[row["customer_id"]]
        )
        for row in tables["customers"]
    }


@cache
def _span() -> tuple[datetime, datetime]:
    """The first and the last whole day on which the committed history has orders; the end is not included."""
    placed = sorted(row["placed_at"] for row in read_tables()["orders"])
    first, last = (datetime.fromisoformat(at).date() for at in (placed[0], placed[-1]))
    return datetime.combine(first, time(), UTC), datetime.combine(last + timedelta(days=1), time(), UTC)


def _all_events(tables: Mapping[str, Sequence[Row]]) -> Iterator[Event]:
    customers = {row["customer_id"]: row for row in tables["customers"]}
    orders = {row["order_id"]: row for row in tables["orders"]}
    for row in customers.values():
        yield _event("CustomerRegistered", row["customer_id"], row["registered_at"], row, row["channel"], _contact(row))
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
        yield _event("PurchaseRefunded", row["refund_id"], row["refunded_at"], order, order["channel"], fields)
    for row in tables["complaints"]:
        yield from _complaint_events(row)


def _consent_events(row: Row, customer: Row) -> Iterator[Event]:
    fields = {"purpose": row["purpose"], "for_channel": row["for_channel"]}
    of = f"{row['customer_id']}-{row['purpose']}-{row['for_channel']}"
    yield _event("ConsentGiven", of, row["given_at"], customer, customer["channel"], fields)
    if row["withdrawn_at"]:
        yield _event("ConsentWithdrawn", of, row["withdrawn_at"], customer, "web", fields)


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
        yield _event("PurchaseCompleted", order_id, row["placed_at"], row, row["channel"], fields)
        if row["delivered_at"]:
            delivered = {"order_id": order_id}
            yield _event("DeliveryCompleted", order_id, row["delivered_at"], row, row["channel"], delivered)


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
            yield _event(kind, row["complaint_id"], at, row, row["channel"], fields)


def _event(kind: str, about: str, at: str, of: Row, channel: str, fields: Event) -> Event:
    envelope = {
        "event_id": f"{kind}-{about}",
        "version": 1,
        "occurred_at": at,
        "channel": channel,
        "customer_id": of["customer_id"],
    }
    return {"source": "shop", "detail-type": kind, "detail": envelope | fields}


def _contact(customer: Row) -> Event:
    """Name and addresses; an e-mail or phone that was not given is absent."""
    given = ("given_name", "family_name", "email", "phone", "language", "time_zone")
    return {name: customer[name] for name in given if customer[name]}


def _money(amount: str) -> Event:
    return {"amount": int(amount), "currency": CURRENCY}
