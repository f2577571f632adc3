"""The loyalty report on paper: a page by itself, a terminal's summary, or JSON, in the shop's language."""

from collections.abc import Sequence

from escalera import reporting
from escalera.domain.measures import Measures
from escalera.domain.vocabulary import Language
from escalera.reporting.model import Report
from escalera_cli.reporting.page import ChartsMissingError, render_page
from escalera_cli.reporting.terminal import print_report
from escalera_cli.reporting.words import BabelWords

__all__ = ["ChartsMissingError", "make_report", "print_report", "render_page"]


def make_report(days: Sequence[Measures], shop: str, language: Language) -> Report:
    """The report of the newest of these days (oldest first, at least one), in this language."""
    return reporting.make_report(days, shop, BabelWords(language, days[-1].currency))
