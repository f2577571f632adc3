"""The data of a chart within a page, for the script that draws it."""

import json

from markupsafe import Markup

from escalera.reporting.model import Chart


def chart_json(chart: Chart) -> Markup:
    """As JSON in which no tag can begin or end."""
    plain = {"option": chart.option, "figures": chart.figures}
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - see above
