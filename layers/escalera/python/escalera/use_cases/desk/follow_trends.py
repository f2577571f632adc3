"""The trends of complaints, out of the lists of work."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from escalera.domain.complaint_trends import Trends, complaint_trends
from escalera.domain.facts import Complaint, FactKey, FactKind, Order
from escalera.domain.work import WorkList, closed_complaints, open_complaints
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.ports.work import WorkLists

WEEKS = 12
MOST = 1000
"""So many complaints are counted, the open ones first: a page is asked for by people, and has to come soon."""


def follow_trends(
    *,
    work: WorkLists,
    customers: CustomerRepository,
    clock: Clock,
    answer_within: timedelta,
    zone: ZoneInfo,
    weeks: int = WEEKS,
) -> tuple[Trends, bool]:
    """The trends, and whether all complaints of the span were counted."""
    now = clock.now()
    lists = [open_complaints(), *map(closed_complaints, _months(now - timedelta(weeks=weeks + 1), now))]
    found: list[Complaint] = []
    whole = True
    for one in lists:
        read, all_of_it = _read(one, work, most=MOST - len(found))
        found += read
        whole = whole and all_of_it
    keys = {FactKey(one.customer_id, FactKind.ORDER, (one.order_id,)) for one in found if one.order_id}
    orders = {
        (fact.customer_id, fact.order_id): fact
        for fact in customers.load_facts(keys).values()
        if isinstance(fact, Order)
    }
    trends = complaint_trends(found, orders, weeks=weeks, answer_within=answer_within, now=now, zone=zone)
    return trends, whole


def _read(which: WorkList[Complaint], work: WorkLists, *, most: int) -> tuple[list[Complaint], bool]:
    found: list[Complaint] = []
    cursor = ""
    while len(found) < most:
        page = work.page(which, cursor=cursor, limit=min(250, most - len(found)))
        found += page.facts
        cursor = page.cursor
        if not cursor:
            return found, True
    return found, False


def _months(first: datetime, last: datetime) -> Iterator[date]:
    month = first.astimezone(UTC).date().replace(day=1)
    while month <= last.astimezone(UTC).date():
        yield month
        month = (month + timedelta(days=32)).replace(day=1)
