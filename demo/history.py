"""The committed history, told again as the events a shop puts on the bus.

    from demo import load_history, window
    events = load_history(customers=60, days=120)  # [{"source": "shop", "detail-type": ..., "detail": ...}]

Each event is what PutEvents takes, with `detail` still a dict. They come in order of `occurred_at`.

The window is the last `days` of the history unless `start` says otherwise, so that as much as possible is
known of each customer before it begins. What came before is the prologue: events with their true, earlier
`occurred_at`, at the head of the list. It holds registrations, consents, purchases and refunds, so rhythms
and sums are right from the first day; deliveries and complaints that were over by then are left out. `window()`
says where the prologue ends.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from demo.choosing import keep_mix
from demo.draws import instant
from demo.events import Event, events_of, in_order, read_tables

# A customer whose last order is older than this when the window opens, and who is idle in it, shows nothing.
WORTH_WATCHING = timedelta(days=60)

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

    The customers are always the same ones for the same arguments, and keep the mix of one-time, repeat,
    frequent and lapsed buyers among all who have something to show in the window.
    Raises ValueError when the history has not so many customers or days; the message says how many it has.
    """
    span = window(days, start)
    lives = _lives()
    first, last = instant(span.start), instant(span.end)
    watched = instant(span.start - WORTH_WATCHING)
    worth = {
        who: life.segment for who, life in lives.items() if _has_something_to_show(life, watched, first, last)
    }
    events = [event for who in keep_mix(worth, customers) for event in _told(lives[who], first, last)]
    return in_order(events)


def window(days: int = 120, start: date | None = None) -> Window:
    """The days that are replayed; before `window().start` lies the prologue.

    Raises ValueError when they do not all lie in the history.
    """
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


def _has_something_to_show(life: _Customer, watched: str, first: str, last: str) -> bool:
    """Whether an event is in the window, or an order so shortly before it that its silence falls in it."""
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
