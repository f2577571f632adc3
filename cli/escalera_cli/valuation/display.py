"""A fitted value model for people, and each customer's forecast as a file."""

import csv
from collections.abc import Iterable
from typing import TextIO

import numpy as np
from rich.console import Console
from rich.table import Table

from escalera.domain.value.forecasting import Forecast
from escalera.domain.value.parameters import NoFit, ValueModel
from escalera_cli.valuation.histories import Histories

CUSTOMER_COLUMNS = (
    "customer_id",
    "frequency",
    "recency",
    "age",
    "alive",
    "expected_purchases",
    "expected_value",
)


def show(model: ValueModel, base: Histories, console: Console) -> None:
    """The parameters, each with what it says."""
    fitted, unit = model.bgnbd, model.unit.value
    repeats = int((base.frequency > 0).sum())
    console.print(
        f"{model.customers:,} customers, {repeats:,} of whom bought on {int(base.frequency.sum()):,} days after the first",
        highlight=False,
    )
    table = _table("When they buy: BG/NBD", fitted.log_likelihood)
    table.add_row("r", f"{fitted.r:.4f}", "how alike their paces are; small: very different")
    table.add_row(
        "alpha",
        f"{fitted.alpha:.4f}",
        f"{unit}s; r / alpha = {fitted.r / fitted.alpha:.4f} purchases a {unit}",
    )
    table.add_row(
        "a", f"{fitted.a:.4f}", f"a / (a + b) = {fitted.a / (fitted.a + fitted.b):.1%} leave after a repeat"
    )
    table.add_row("b", f"{fitted.b:.4f}", "the larger a and b, the more alike they are in that")
    console.print(table)
    spend = model.gamma_gamma
    if isinstance(spend, NoFit):
        return
    table = _table("What they spend: Gamma-Gamma", spend.log_likelihood)
    table.add_row("p", f"{spend.p:.4f}", "how steady one customer's amounts are; large: all alike")
    table.add_row("q", f"{spend.q:.4f}", "how alike customers are; small: very different")
    table.add_row(
        "v", f"{spend.v:.4f}", f"p * v / (q - 1) = {spend.p * spend.v / (spend.q - 1):.2f} on average"
    )
    console.print(table)


def write_customers(
    names: Iterable[str], model: ValueModel, base: Histories, coming: Forecast, file: TextIO
) -> None:
    """One row each, in the log's order; times in the model's unit, money in the log's."""
    days = model.unit.days
    columns = (
        base.frequency.tolist(),
        np.round(base.recency / days, 6).tolist(),
        np.round(base.age / days, 6).tolist(),
        *(
            np.round(one, 6).tolist()
            for one in (coming.alive, coming.expected_purchases, coming.expected_value)
        ),
    )
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(CUSTOMER_COLUMNS)
    rows.writerows(zip(names, *columns, strict=True))


def _table(title: str, log_likelihood: float) -> Table:
    table = Table(
        title=title,
        title_justify="left",
        caption=f"log-likelihood {log_likelihood:,.2f}",
        caption_justify="left",
    )
    table.add_column("parameter")
    table.add_column("value", justify="right")
    table.add_column("what it says")
    return table
