"""What happens around an order: its delivery, why it came back, and the complaint some customers make of it.

Orders and returns are the dataset's own; everything here is invented around their true times.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from demo.draws import between, chance, pick, weighted
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


@dataclass(frozen=True, slots=True)
class Parcel:
    """An order on its way to its customer's home; `delivered_at` is None when it never arrived."""

    order: Order
    home: Home
    delivered_at: datetime | None


def send_parcel(order: Order, home: Home, cancelled_at: datetime | None) -> Parcel:
    """Deliver in 2-6 days in Europe, 5-13 overseas, some late; never, when all was cancelled before."""
    fastest, slowest = (5, 13) if home.in_america else (2, 6)
    if chance(0.06, "parcel-late", order.order_id):
        slowest += 9
    earliest = order.placed_at + timedelta(days=fastest)
    arrival = between(earliest, order.placed_at + timedelta(days=slowest), "delivered", order.order_id)
    arrival = _in_hours(arrival, ZoneInfo(home.time_zone), "delivered", order.order_id)
    return Parcel(order, home, None if cancelled_at and cancelled_at < arrival else arrival)


def refund_reason(refund: Refund, parcel: Parcel) -> str:
    """Say in a word why it came back: cancelled if soon or before it arrived, else a usual reason."""
    soon = refund.at - parcel.order.placed_at < CANCELLED_WITHIN
    if soon or not parcel.delivered_at or refund.at < parcel.delivered_at:
        return "cancelled"
    return weighted(REASONS, "reason", refund.refund_id)


def complaint_before(refund: Refund, parcel: Parcel) -> Complaint | None:
    """Raise the complaint that led to this refund in the two days before it; many say nothing (S9)."""
    reason = refund_reason(refund, parcel)
    speaks_up = chance(0.6, "complains", refund.refund_id)
    if not parcel.delivered_at or reason not in COMPLAINTS or not speaks_up:
        return None
    earliest = max(parcel.delivered_at + HOUR, refund.at - 54 * HOUR)
    latest = refund.at - 2 * HOUR
    if earliest >= latest:
        return None
    raised = between(earliest, latest, "raised", refund.refund_id)
    return _complaint(f"K{refund.refund_id}", reason, parcel, raised, refund.at)


def complaint_of_late_parcel(parcel: Parcel) -> Complaint | None:
    """Let some customers write when a parcel is days later than usual."""
    order, delivered = parcel.order, parcel.delivered_at
    patience = timedelta(days=14 if parcel.home.in_america else 8)
    if (
        not delivered
        or delivered - order.placed_at <= patience
        or not chance(0.6, "asks-where", order.order_id)
    ):
        return None
    raised = between(order.placed_at + patience - 12 * HOUR, delivered, "asked-where", order.order_id)
    return _complaint(f"K{order.order_id}", "late", parcel, raised, delivered)


def known_at(end: datetime, complaint: Complaint) -> Complaint | None:
    """Forget of a complaint what lies after the end of the history."""
    if complaint.raised_at >= end:
        return None
    if complaint.answered_at and complaint.answered_at >= end:
        complaint = replace(complaint, answered_at=None, answer="")
    if complaint.resolved_at and complaint.resolved_at >= end:
        complaint = replace(complaint, resolved_at=None, cause="")
    return complaint


def _complaint(
    complaint_id: str, reason: str, parcel: Parcel, raised: datetime, mended: datetime
) -> Complaint:
    """Four in five are answered, most within the day, and most are resolved once the matter is mended.

    Where nobody answered, the refund or the parcel itself settles it for some, days later.
    """
    language = parcel.home.language
    subject, text = pick(COMPLAINTS[reason][language], "wording", complaint_id)
    answered = resolved = None
    if chance(0.82, "answered", complaint_id):
        soonest, slowest = (1, 18) if chance(0.65, "answered-soon", complaint_id) else (24, 84)
        answered = between(raised + soonest * HOUR, raised + slowest * HOUR, "answered-at", complaint_id)
        answered = _in_hours(answered, SHOP_TIME, "answered", complaint_id)
    if chance(0.92 if answered else 0.65, "resolved", complaint_id):
        settled = max(answered, mended) if answered else mended + 72 * HOUR
        resolved = between(settled + HOUR, settled + 40 * HOUR, "resolved-at", complaint_id)
    return Complaint(
        complaint_id=complaint_id,
        order_id=parcel.order.order_id,
        customer_id=parcel.order.customer,
        raised_at=raised,
        channel=weighted((("web", 0.8), ("phone", 0.2)), "complains-by", complaint_id),
        subject=subject,
        text=text,
        answered_at=answered,
        answer=pick(ANSWERS[language], "answer", complaint_id) if answered else "",
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
