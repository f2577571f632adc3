"""Who changed what, day by day."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from escalera.domain.staff import Right
from escalera.domain.vocabulary import NOBODY
from escalera.domain.work import audit_of
from escalera.ports.work import WorkLists
from escalera.use_cases.desk.days import day_span, facts_in
from escalera.web.console.console import Console, Visit
from escalera.web.site import Answer

MOST = 500
"""So many changes of a day are shown."""
_FARTHEST = timedelta(days=3660)


def audit_page(console: Console, work: WorkLists, zone: ZoneInfo) -> None:
    """Register the page. Days are those of the shop's clock."""

    @console.page("/audit", right=Right.SEE_SETTINGS)
    def audit(visit: Visit) -> Answer:
        today = visit.now.astimezone(zone).date()
        day = _day_asked(visit.asked("day"), today)
        found = facts_in(day_span(day, day, zone), audit_of, work, most=MOST)
        return visit.show(
            "audit.html",
            day=day,
            nobody=NOBODY,
            changes=found.facts,
            more=found.more,
            before=day - timedelta(days=1),
            after=day + timedelta(days=1) if day < today else None,
        )


def _day_asked(text: str, today: date) -> date:
    """The day asked for; today where none is, or one that nobody could have changed anything on."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return today
    return asked if timedelta(0) <= today - asked < _FARTHEST else today
