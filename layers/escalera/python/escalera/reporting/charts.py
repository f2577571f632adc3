"""ECharts options as plain data: no colours (the page's theme has them) and no functions (the page's script has them)."""

from collections.abc import Mapping, Sequence
from typing import Any

from escalera.reporting.model import Chart

Series = Mapping[str, Sequence[float | None]]
"""By name; None where nothing is known."""

PERCENT: Mapping[str, Any] = {"style": "percent", "maximumFractionDigits": 0}
FINE_PERCENT: Mapping[str, Any] = {"style": "percent", "maximumFractionDigits": 1}
COUNT: Mapping[str, Any] = {"maximumFractionDigits": 0}


def money_in(currency: str) -> Mapping[str, Any]:
    """Whole units of a currency."""
    return {"style": "currency", "currency": currency, "maximumFractionDigits": 0}


def columns(
    label: str,
    categories: Sequence[str],
    series: Series,
    figures: Mapping[str, Any],
    *,
    stacked: bool = False,
) -> Chart:
    """Upright bars over categories, side by side or one upon the other."""
    more = {"stack": "all"} if stacked else {}
    option = {
        **_frame(series),
        "xAxis": {"type": "category", "data": list(categories)},
        "yAxis": {"type": "value"},
        "series": [
            {"type": "bar", "name": name, "data": list(data), "barMaxWidth": 40, **more}
            for name, data in series.items()
        ],
    }
    return Chart(label, option, figures)


def bars(label: str, categories: Sequence[str], series: Series, figures: Mapping[str, Any]) -> Chart:
    """Lying bars, the first category on top: for names that need room."""
    option = {
        **_frame(series),
        "xAxis": {"type": "value"},
        "yAxis": {"type": "category", "data": list(categories), "inverse": True},
        "series": [
            {"type": "bar", "name": name, "data": list(data), "barMaxWidth": 18}
            for name, data in series.items()
        ],
    }
    return Chart(label, option, figures, tall=90 + len(categories) * (16 + 18 * len(series)))


def lines(
    label: str,
    categories: Sequence[str],
    series: Series,
    figures: Mapping[str, Any],
    *,
    from_zero: bool = True,
    axis: str = "",
) -> Chart:
    """Courses over categories; what is not known leaves a gap."""
    named = {"name": axis, "nameLocation": "middle", "nameGap": 28} if axis else {}
    option = {
        **_frame(series, below=28 if axis else 4),
        "xAxis": {"type": "category", "boundaryGap": False, "data": list(categories), **named},
        "yAxis": {"type": "value", "scale": not from_zero},
        "series": [
            {
                "type": "line",
                "name": name,
                "data": list(data),
                "showSymbol": len(categories) < 15,
                "symbolSize": 6,
            }
            for name, data in series.items()
        ],
    }
    return Chart(label, option, figures)


def _frame(series: Series, below: int = 4) -> dict[str, Any]:
    several = len(series) > 1
    return {
        "grid": {"left": 4, "right": 12, "top": 40 if several else 16, "bottom": below, "containLabel": True},
        "tooltip": {"trigger": "axis"},
        "legend": {"show": several, "top": 0, "left": 0, "icon": "roundRect"},
        "animationDuration": 400,
    }
