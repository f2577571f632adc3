"""Who changed what, day by day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from escalera.domain.facts import Audit
from escalera.domain.staff import Right
from escalera.domain.vocabulary import NOBODY
from escalera.domain.work import audit_of
from escalera.ports.work import WorkLists
from escalera.web.console.console import Console, Visit
from escalera.web.site import Answer

MOST = 500
"""So many changes of a day are shown."""


def audit_page(console: Console, work: WorkLists, zone: ZoneInfo) -> None:
    """Register the page. Days are those of the shop's clock."""

    @console.page("/audit", right=Right.SEE_SETTINGS)
    def audit(visit: Visit) -> Answer:
        today = visit.now.astimezone(zone).date()
        day = _day_asked(visit.asked("day"), today)
        found = _changes_of(day, work, zone)
        return visit.show(
            "audit.html",
            day=day,
            nobody=NOBODY,
            changes=found[:MOST],
            more=len(found) > MOST,
            before=day - timedelta(days=1),
            after=day + timedelta(days=1) if day < today else None,
        )


def _day_asked(text: str, today: date) -> date:
    try:
        return min(date.fromisoformat(text), today)
    except ValueError:
        return today


def _changes_of(day: date, work: WorkLists, zone: ZoneInfo) -> list[Audit]:
    """The changes of a day of the shop's, newest first; the lists are kept by days of UTC."""
    start = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    days = sorted({start.astimezone(UTC).date(), (end - timedelta(microseconds=1)).astimezone(UTC).date()})
    found = [
        change
        for one in reversed(days)
        for change in work.page(audit_of(one), limit=MOST + 1, latest_first=True).facts
    ]
    return [change for change in found if start <= change.at < end]
