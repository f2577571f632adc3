"""The loyalty report, as of the last night."""

from escalera.domain.staff import Right
from escalera.ports.measures import DailyMeasures
from escalera.reporting import make_report
from escalera.reporting.english import EnglishWords
from escalera.use_cases.look.measured_days import MeasuredDays
from escalera.web.console.console import Console, Visit
from escalera.web.site import Answer


def measures_page(console: Console, daily: DailyMeasures, shop: str) -> None:
    """Register it."""
    measured = MeasuredDays(daily)

    @console.page("/measures", right=Right.SEE)
    def measures(visit: Visit) -> Answer:
        days = measured.read()
        report = make_report(days, shop, EnglishWords(days[-1].currency)) if days else None
        return visit.show("measures.html", report=report)
