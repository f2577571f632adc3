"""The report as one self-contained page: styles, data and scripts inside, nothing fetched from anywhere.

Charts are data; one small script of ours draws them with Apache ECharts. A policy in the page's head allows exactly
these styles and scripts, by their hashes: what a customer's or shop's name might smuggle in would not run.
"""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from escalera.reporting.model import Report
from escalera.web.chart_data import chart_json
from escalera.web.templates import SHARED
from escalera_cli.local_stack.stack import REPOSITORY

PAGE = Path(__file__).parent / "page"
ECHARTS = REPOSITORY / "node_modules" / "echarts" / "dist" / "echarts.common.min.js"


class ChartsMissingError(Exception):
    """The chart library is not installed; the text says what to do."""


def render_page(report: Report) -> str:
    """The whole page. ChartsMissingError when `make setup` has not fetched the chart library."""
    environment = Environment(
        loader=FileSystemLoader([PAGE, SHARED / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["chart_json"] = chart_json
    style = environment.get_template("report.css.j2").render()
    library, script = _library(), (SHARED / "static" / "charts.js").read_text(encoding="utf-8")
    return environment.get_template("report.html.j2").render(
        report=report,
        style=Markup(style),  # noqa: S704 - these three are files of ours, or locked
        library=Markup(library),  # noqa: S704
        script=Markup(script),  # noqa: S704
        style_sources=_hash(style),
        script_sources=f"{_hash(library)} {_hash(script)}",
    )


def _library() -> str:
    if not ECHARTS.is_file():
        message = f"The chart library is not installed ({ECHARTS.name}): run `make setup`."
        raise ChartsMissingError(message)
    # Within a script element only this would end it too early.
    return ECHARTS.read_text(encoding="utf-8").replace("</script", "<\\/script")


def _hash(text: str) -> Markup:
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return Markup(f"'sha256-{digest}'")  # noqa: S704 - base64
