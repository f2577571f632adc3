"""The loyalty report: from the daily measures to a page, a terminal's summary, or JSON."""

from escalera_cli.reporting.page import ChartsMissingError, render_page
from escalera_cli.reporting.report import make_report
from escalera_cli.reporting.terminal import print_report

__all__ = ["ChartsMissingError", "make_report", "print_report", "render_page"]
