"""What complaints are about, week by week (doctrine L11): counts that a shop can act on."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from escalera.domain.facts import Complaint, Order
from escalera.domain.vocabulary import CustomerId, OrderId

UNKNOWN = ""
"""Where nobody has said the cause yet, or no order tells its category."""

OrderOf = Mapping[tuple[CustomerId, OrderId], Order]
"""By customer, too: two customers may have been told with one order id."""


@dataclass(frozen=True, slots=True)
class Week:
    """The complaints raised in one week; weeks begin on Monday, by the shop's clock."""

    monday: date
    raised: int
    answered_in_time: int
    """Of those that were due or answered: how many were answered by the promised hour."""
    judged: int
    """Those that were answered, or are due by now."""


@dataclass(frozen=True, slots=True)
class Trends:
    """Of a span of weeks."""

    weeks: tuple[Week, ...]
    """Every week of the span, oldest first, those without a complaint too."""
    causes: Mapping[str, int]
    """By the name of the root cause, most first; `UNKNOWN` for those without one."""
    categories: Mapping[str, int]
    """By category of goods, most first: a complaint counts once for each category of its order."""
    products: Mapping[str, int]
    """By product, most first: a complaint counts once for each product of its order; `UNKNOWN` where none is told."""
    hours_to_answer: float | None
    """The median, of those that were answered; None if none was."""
    hours_to_solve: float | None
    """The median, of those that were solved; None if none was."""


def complaint_trends(
    complaints: Iterable[Complaint],
    orders: OrderOf,
    *,
    weeks: int,
    answer_within: timedelta,
    now: datetime,
    zone: ZoneInfo,
) -> Trends:
    """Count the complaints raised in the last so many weeks, this one included."""
    this_monday = _monday(now, zone)
    mondays = [this_monday - timedelta(weeks=back) for back in range(weeks - 1, -1, -1)]
    by_week: dict[date, list[Complaint]] = {monday: [] for monday in mondays}
    for one in complaints:
        if one.raised_at is not None and (monday := _monday(one.raised_at, zone)) in by_week:
            by_week[monday].append(one)
    counted = [one for those in by_week.values() for one in those]
    return Trends(
        weeks=tuple(_week(monday, those, answer_within, now) for monday, those in by_week.items()),
        causes=_most_first(Counter(one.cause for one in counted)),
        categories=_most_first(Counter(category for one in counted for category in _categories(one, orders))),
        products=_most_first(Counter(product for one in counted for product in _products(one, orders))),
        hours_to_answer=_median_hours(
            one.answered_at - one.raised_at for one in counted if one.answered_at and one.raised_at
        ),
        hours_to_solve=_median_hours(
            one.resolved_at - one.raised_at for one in counted if one.resolved_at and one.raised_at
        ),
    )


def _week(monday: date, those: list[Complaint], answer_within: timedelta, now: datetime) -> Week:
    in_time = judged = 0
    for one in those:
        due = one.promised_at or (one.raised_at or now) + answer_within
        answered = min((at for at in (one.answered_at, one.resolved_at) if at is not None), default=None)
        if answered is not None or due <= now:
            judged += 1
            in_time += answered is not None and answered <= due
    return Week(monday, len(those), in_time, judged)


def _categories(complaint: Complaint, orders: OrderOf) -> list[str]:
    order = orders.get((complaint.customer_id, complaint.order_id)) if complaint.order_id else None
    return list(order.categories) if order and order.categories else [UNKNOWN]


def _products(complaint: Complaint, orders: OrderOf) -> list[str]:
    order = orders.get((complaint.customer_id, complaint.order_id)) if complaint.order_id else None
    return list(order.products) if order and order.products else [UNKNOWN]


def _most_first(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _median_hours(spans: Iterable[timedelta]) -> float | None:
    hours = [span.total_seconds() / 3600 for span in spans if span >= timedelta(0)]
    return median(hours) if hours else None


def _monday(at: datetime, zone: ZoneInfo) -> date:
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())
