"""The loyalty report: from the daily measures to words, figures and charts as data. Whoever shows it makes the page."""

from escalera.reporting.model import Report
from escalera.reporting.report import make_report

__all__ = ["Report", "make_report"]
