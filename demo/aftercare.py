"""What happens around an order: its delivery, why it came back, and the complaint some customers make of it.

Orders and returns are the dataset's own; everything here is invented around their true times.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from demo.draws import between, pick, share, weighted
from demo.people import Home
from demo.phrases import ANSWERS, COMPLAINTS
from demo.source import SHOP_TIME, Order, Refund

HOUR = timedelta(hours=1)
CANCELLED_WITHIN = timedelta(hours=24)  # what comes back so soon never left the warehouse
OPENS, CLOSES = 9, 18
SUNDAY = 6
REASONS = (
    ("damaged", 0.34),
    ("wrong_item", 0.2),
    ("missing_item", 0.16),
    ("not_as_described", 0.14),
    ("changed_mind", 0.16),
)
CAUSES = {
    "damaged": ("packaging", "carrier"),
    "wrong_item": ("picking", "labelling"),
    "missing_item": ("picking", "stock"),
    "not_as_described": ("product page", "supplier"),
    "late": ("carrier", "stock"),
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """One complaint from its raising to its end; a time is None where that never happened."""

    complaint_id: str
    order_id: str
    customer_id: str
    raised_at: datetime
    channel: str
    subject: str
    text: str
    answered_at: datetime | None
    answer: str
    resolved_at: datetime | None
    cause: str


def delivered_at(order: Order, home: Home, cancelled_at: datetime | None) -> datetime | None:
    """When the parcel arrived: 2-6 days in Europe, 5-13 overseas, some late; never, when cancelled before."""
    fastest, slowest = (5, 13) if home.in_america else (2, 6)
    if share("parcel-late", order.order_id) < 0.06:
        slowest += 9
    earliest = order.placed_at + timedelta(days=fastest)
    arrival = between(earliest, order.placed_at + timedelta(days=slowest), "delivered", order.order_id)
    arrival = _in_hours(arrival, ZoneInfo(home.time_zone), "delivered", order.order_id)
    return None if cancelled_at and cancelled_at < arrival else arrival


def refund_reason(refund: Refund, order: Order, delivered: datetime | None) -> str:
    """Why it came back, in one word: cancelled when it was soon or nothing had arrived, else a usual reason."""
    if refund.at - order.placed_at < CANCELLED_WITHIN or not delivered or refund.at < delivered:
        return "cancelled"
    return weighted(REASONS, "reason", refund.refund_id)


def complaint_before(
    refund: Refund, reason: str, order: Order, home: Home, delivered: datetime | None, end: datetime
) -> Complaint | None:
    """The complaint that led to this refund, raised in the two days before it; or None: many say nothing (S9)."""
    if not delivered or reason not in COMPLAINTS or share("complains", refund.refund_id) >= 0.6:
        return None
    earliest = max(delivered + HOUR, refund.at - 54 * HOUR)
    latest = refund.at - 2 * HOUR
    if earliest >= latest:
        return None
    raised = between(earliest, latest, "raised", refund.refund_id)
    return _complaint(f"K{refund.refund_id}", reason, order, home, raised, refund.at, end)


def complaint_of_late_parcel(order: Order, home: Home, delivered: datetime | None, end: datetime) -> Complaint | None:
    """Some customers write when a parcel is a week and more later than usual."""
    patience = timedelta(days=14 if home.in_america else 8)
    if not delivered or delivered - order.placed_at <= patience or share("asks-where", order.order_id) >= 0.6:
        return None
    raised = between(order.placed_at + patience - 12 * HOUR, delivered, "asked-where", order.order_id)
    return _complaint(f"K{order.order_id}", "late", order, home, raised, delivered, end)


def _complaint(
    complaint_id: str, reason: str, order: Order, home: Home, raised: datetime, mended: datetime, end: datetime
) -> Complaint | None:
    """Four in five are answered, most within the day, and most are resolved once the matter is mended.

    Where nobody answered, the refund or the parcel itself settles it for some, days later.
    """
    if raised >= end:
        return None
    subject, text = pick(COMPLAINTS[reason][home.language], "wording", complaint_id)
    answered = None
    if share("answered", complaint_id) < 0.82:
        soonest, slowest = (1, 18) if share("answered-soon", complaint_id) < 0.65 else (24, 84)
        answered = between(raised + soonest * HOUR, raised + slowest * HOUR, "answered-at", complaint_id)
        answered = _in_hours(answered, SHOP_TIME, "answered", complaint_id)
    resolved = None
    if share("resolved", complaint_id) < (0.92 if answered else 0.65):
        settled = max(answered, mended) if answered else mended + 72 * HOUR
        resolved = between(settled + HOUR, settled + 40 * HOUR, "resolved-at", complaint_id)
    answered = answered if answered and answered < end else None
    resolved = resolved if resolved and resolved < end else None
    return Complaint(
        complaint_id=complaint_id,
        order_id=order.order_id,
        customer_id=order.customer,
        raised_at=raised,
        channel=weighted((("web", 0.8), ("phone", 0.2)), "complains-by", complaint_id),
        subject=subject,
        text=text,
        answered_at=answered,
        answer=pick(ANSWERS[home.language], "answer", complaint_id) if answered else "",
        resolved_at=resolved,
        cause=pick(CAUSES[reason], "cause", complaint_id) if resolved else "",
    )


def _in_hours(moment: datetime, zone: ZoneInfo, *key: str) -> datetime:
    """The same moment when it is within working hours there, else a moment of the next working morning."""
    local = moment.astimezone(zone)
    if local.weekday() != SUNDAY and OPENS <= local.hour < CLOSES:
        return moment
    day = local if local.hour < OPENS else local + timedelta(days=1)
    if day.weekday() == SUNDAY:
        day += timedelta(days=1)
    morning = day.replace(hour=OPENS, minute=0, second=0)
    return between(morning, morning + 3 * HOUR, "morning", *key).astimezone(moment.tzinfo)
