"""The cut as a pure function: the dataset's orders and returns in, the tables of demo/history/ out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import mean

from demo.aftercare import (
    Complaint,
    complaint_before,
    complaint_of_late_parcel,
    known_at,
    refund_reason,
    send_parcel,
)
from demo.choosing import keep_mix
from demo.draws import instant, weighted
from demo.people import Consent, Person, invent_consents, invent_people
from demo.source import Order, Refund, SourceLine

SEGMENTS = ("one-time", "repeat", "frequent", "lapsed")
FREQUENT_FROM = 6  # orders in the year
TRADE_ABOVE = 40  # orders in the year: a reseller's account, which would drown three hundred others
LINES_KEPT = 5  # the contract's most per purchase
QUIET_AT_LEAST = timedelta(days=90)

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Tables:
    """The rows of each CSV file of the history."""

    customers: list[Row] = field(default_factory=list)
    consents: list[Row] = field(default_factory=list)
    orders: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    refunds: list[Row] = field(default_factory=list)
    complaints: list[Row] = field(default_factory=list)


def segment(placed: Sequence[datetime], end: datetime) -> str:
    """What kind of buyer these order times show by the end of the dataset.

    Lapsed: bought twice or more, and the silence since is over 90 days and over twice the mean gap.
    """
    if len(placed) == 1:
        return "one-time"
    gap = mean((later - earlier).total_seconds() for earlier, later in pairwise(placed))
    if end - placed[-1] > max(QUIET_AT_LEAST, timedelta(seconds=2 * gap)):
        return "lapsed"
    return "frequent" if len(placed) >= FREQUENT_FROM else "repeat"


def segments(orders: Iterable[Order], end: datetime) -> dict[str, str]:
    """The segment of every customer who may be chosen (reseller accounts are left out)."""
    placed: dict[str, list[datetime]] = defaultdict(list)
    for order in orders:
        placed[order.customer].append(order.placed_at)
    return {who: segment(sorted(times), end) for who, times in placed.items() if len(times) <= TRADE_ABOVE}


def choose(orders: Sequence[Order], refunds: Sequence[Refund], end: datetime, wanted: int) -> dict[str, str]:
    """Choose who is in the cut (id -> segment): segments, and those with returns, keep their share."""
    of_customer = segments(orders, end)
    refunded = {refund.customer for refund in refunds}
    strata = {who: f"{kind}{'+returns' if who in refunded else ''}" for who, kind in of_customer.items()}
    return {who: of_customer[who] for who in keep_mix(strata, wanted)}


def cut(orders: Sequence[Order], refunds: Sequence[Refund], wanted: int) -> Tables:
    """Cut the history of `wanted` customers; all around their orders is invented."""
    end = max(order.placed_at for order in orders)
    chosen = choose(orders, refunds, end, wanted)
    orders = [order for order in orders if order.customer in chosen]
    placed: dict[str, list[datetime]] = defaultdict(list)
    refunds_of: dict[str, list[Refund]] = defaultdict(list)
    for order in orders:
        placed[order.customer].append(order.placed_at)
    for refund in refunds:
        refunds_of[refund.order_id].append(refund)
    people = invent_people({who: times[0] for who, times in placed.items()})
    tables = Tables()
    for who in sorted(chosen):
        tables.customers.append(_customer_row(who, chosen[who], people[who]))
        tables.consents.extend(
            _consent_row(each) for each in invent_consents(who, people[who], placed[who], end)
        )
    for order in orders:
        _add_order(tables, order, refunds_of[order.order_id], people[order.customer], end)
    tables.refunds.sort(key=lambda row: (row["refunded_at"], row["refund_id"]))
    tables.complaints.sort(key=lambda row: (row["raised_at"], row["complaint_id"]))
    return tables


def _add_order(
    tables: Tables, order: Order, refunds: Sequence[Refund], person: Person, end: datetime
) -> None:
    parcel = send_parcel(order, person.home, _given_back_at(order, refunds))
    arrived = parcel.delivered_at if parcel.delivered_at and parcel.delivered_at < end else None
    tables.orders.append(_order_row(order, arrived))
    tables.lines.extend(_line_row(line) for line in order.lines[:LINES_KEPT])
    tables.refunds.extend(_refund_row(refund, refund_reason(refund, parcel)) for refund in refunds)
    raised = [complaint_of_late_parcel(parcel), *(complaint_before(refund, parcel) for refund in refunds)]
    known = [known_at(end, complaint) for complaint in raised if complaint]
    tables.complaints.extend(_complaint_row(complaint) for complaint in known if complaint)


def _given_back_at(order: Order, refunds: Sequence[Refund]) -> datetime | None:
    """When the whole of the order had been refunded, or None."""
    whole = sum(refund.amount for refund in refunds) >= order.total
    return max(refund.at for refund in refunds) if whole else None


def _customer_row(who: str, kind: str, person: Person) -> Row:
    return {
        "customer_id": who,
        "segment": kind,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "email": person.email,
        "phone": person.phone,
        "language": person.home.language,
        "time_zone": person.home.time_zone,
        "registered_at": instant(person.registered_at),
        "channel": person.channel,
    }


def _consent_row(consent: Consent) -> Row:
    return {
        "customer_id": consent.customer_id,
        "purpose": consent.purpose,
        "for_channel": consent.for_channel,
        "given_at": instant(consent.given_at),
        "withdrawn_at": _optional(consent.withdrawn_at),
    }


def _order_row(order: Order, delivered: datetime | None) -> Row:
    by = weighted((("web", 0.9), ("phone", 0.06), ("catalogue", 0.04)), "ordered-by", order.order_id)
    return {
        "order_id": order.order_id,
        "customer_id": order.customer,
        "placed_at": instant(order.placed_at),
        "total": str(order.total),
        "channel": by,
        "delivered_at": _optional(delivered),
    }


def _line_row(line: SourceLine) -> Row:
    return {
        "order_id": line.invoice,
        "sku": line.sku,
        "name": line.name,
        "quantity": str(line.quantity),
        "unit_price": str(line.unit_price),
    }


def _refund_row(refund: Refund, reason: str) -> Row:
    return {
        "refund_id": refund.refund_id,
        "order_id": refund.order_id,
        "refunded_at": instant(refund.at),
        "amount": str(refund.amount),
        "reason": reason,
    }


def _complaint_row(complaint: Complaint) -> Row:
    return {
        "complaint_id": complaint.complaint_id,
        "order_id": complaint.order_id,
        "customer_id": complaint.customer_id,
        "raised_at": instant(complaint.raised_at),
        "channel": complaint.channel,
        "subject": complaint.subject,
        "text": complaint.text,
        "answered_at": _optional(complaint.answered_at),
        "answer": complaint.answer,
        "resolved_at": _optional(complaint.resolved_at),
        "cause": complaint.cause,
    }


def _optional(moment: datetime | None) -> str:
    return instant(moment) if moment else ""
