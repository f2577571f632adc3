"""The programme's settings, to read: they are changed in its files, where `escalera check` looks at each change."""

from escalera.domain.staff import Right
from escalera.journeys.programme import Programme
from escalera.web.console.console import Console, Visit
from escalera.web.site import Answer


def settings_page(console: Console, programme: Programme) -> None:
    """Register the page."""

    @console.page("/settings", right=Right.SEE_SETTINGS)
    def settings(visit: Visit) -> Answer:
        return visit.show("settings.html", programme=programme)
