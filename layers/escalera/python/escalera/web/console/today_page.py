"""Today: what is due, who went quiet, who came back, and what was sent."""

from typing import Any

from escalera.domain.brief import OpenComplaint, words
from escalera.domain.complaints import Clock as Hand
from escalera.domain.staff import Right
from escalera.journeys.programme import Programme
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.ports.work import WorkLists
from escalera.use_cases.desk.show_today import Today, show_today
from escalera.web.console.console import Console, Visit
from escalera.web.site import Answer

FIRST = 8
"""So many lines of each list are shown; the rest stands on the list's own page."""


def today_page(
    console: Console, *, customers: CustomerRepository, work: WorkLists, programme: Programme, clock: Clock
) -> None:
    """Register the page people come in by."""

    @console.page("/", right=Right.SEE)
    def today(visit: Visit) -> Answer:
        found = show_today(work=work, customers=customers, programme=programme, clock=clock)
        return visit.show(
            "today.html",
            today=found,
            whose=found.customers,
            first=FIRST,
            complaints=[as_clocked(one) for one in found.complaints],
            late=_late(found),
            withheld=[(words.reason(rule), count) for rule, count in found.messages.withheld.items()],
            held=[(words.reason(rule), count) for rule, count in found.messages.held.items()],
        )


def as_clocked(one: OpenComplaint) -> dict[str, Any]:
    """A complaint and its clock, as the templates show it."""
    return {"fact": one.complaint, "clock": one.clock.value, "due": one.due_at}


def _late(found: Today) -> dict[str, int]:
    """How much is late already."""
    return {
        "complaints": sum(one.clock is Hand.LATE for one in found.complaints),
        "tasks": sum(one.clock is Hand.LATE for one in found.tasks),
        "promises": sum(one.clock is Hand.LATE for one in found.promises),
    }
