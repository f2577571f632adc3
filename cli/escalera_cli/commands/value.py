"""`escalera value`: lifetime value from any log of purchases, without a shop's stack."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer
from rich.console import Console

from escalera.domain.value.parameters import NoFit, TimeUnit, ValueModel
from escalera_cli.endings import PROBLEMS, CommandError
from escalera_cli.progress import steps
from escalera_cli.valuation.purchase_log import COLUMNS, CURRENCY, PurchaseLog, Refunds, Terms, read_log

if TYPE_CHECKING:
    from escalera_cli.valuation.histories import Histories

_FORMATS = ["%Y-%m-%d", "%Y%m%d"]
_LAST_YEAR = 2999

value = typer.Typer(
    name="value",
    help="Lifetime value from a log of purchases: no stack and no AWS account needed.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@value.callback()
def about() -> None:
    """Lifetime value from a log of purchases: no stack and no AWS account needed."""


@value.command()
def fit(
    purchases: Annotated[
        Path,
        typer.Argument(
            help="CSV with a header: customer_id, date, amount, and currency if you like. `-` reads stdin.",
            allow_dash=True,
        ),
    ],
    *,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=_FORMATS, help="The last day to look at; without it, the last in the log.", metavar="DATE"
        ),
    ] = None,
    unit: Annotated[TimeUnit, typer.Option(help="What times are counted in.")] = TimeUnit.WEEK,
    as_json: Annotated[
        str, typer.Option("--json", metavar="FILE", help="Write the parameters as JSON; `-`: to stdout.")
    ] = "",
    customers: Annotated[
        Path | None,
        typer.Option(help="Write a forecast of each customer as CSV.", dir_okay=False, writable=True),
    ] = None,
    horizon: Annotated[
        float | None, typer.Option(min=0, help="How many units to forecast; without it, a year.")
    ] = None,
    discount: Annotated[
        float,
        typer.Option(min=0, max=10, help="Interest a year: 0.1 makes later money worth less by 10 % a year."),
    ] = 0.0,
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OURS=THEIRS", help='Which column is which, as in `--column "amount=Order total"`.'
        ),
    ] = None,
    refunds: Annotated[
        Refunds,
        typer.Option(
            help="Negative amounts: refuse them, or take each off its customer's purchase before it."
        ),
    ] = Refunds.REFUSE,
    currency: Annotated[
        str, typer.Option(metavar="CODE", help="Only purchases in this currency, by the column `currency`.")
    ] = "",
    leave_out_wrong: Annotated[
        bool, typer.Option("--leave-out-wrong", help="Leave out rows that are wrong, and say how many.")
    ] = False,
) -> None:
    """Fit BG/NBD and Gamma-Gamma to a log of purchases, and forecast what each customer will bring.

    Purchases of one day count as one, their amounts added; a purchase of nothing is a purchase. A customer's age counts
    from the first purchase to `--until`; later rows are ignored. The first purchase teaches nothing about spending. Dates
    are written 1997-09-30 or 19970930, amounts 1234.50.

    A wrong row is told as `file:line: what. How to mend it.` and then nothing is fitted (exit code 1). So it is when there
    are too few customers, or too few came back.

    In the customers' file, recency and age are in `--unit`, expected purchases and value are those within `--horizon`.
    The documentation's page "How value is estimated" says what it all means.
    """
    if until is not None and until.year > _LAST_YEAR:
        raise typer.BadParameter(f"--until is after {_LAST_YEAR}")
    terms = Terms(
        until=until.date() if until else None,
        columns=_columns(column or []),
        refunds=refunds,
        currency=currency.strip().upper(),
        leave_out_wrong=leave_out_wrong,
    )
    log = _read(purchases, terms)
    names, base, model = _fitted(log, terms.until, unit)
    if customers is not None:
        _forecast(names, base, model, customers, horizon=horizon, discount=discount)
    if as_json:
        _write_json(model, as_json)
    else:
        from escalera_cli.valuation.display import show  # noqa: PLC0415 - numpy: the other commands start without

        show(model, base, Console())
    for note in _notes(log, base, model):
        typer.echo(note, err=True)


def _read(path: Path, terms: Terms) -> PurchaseLog:
    if str(path) == "-":
        return read_log(sys.stdin, "stdin", terms)
    try:
        opened = path.open("rb")
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}") from error
    with opened as file:
        lines = TextIOWrapper(file, encoding="utf-8-sig", newline="")
        console, size = Console(stderr=True), max(path.stat().st_size, 1)
        if not console.is_terminal:
            return read_log(lines, str(path), terms)
        with steps(console) as report:
            return read_log(lines, str(path), terms, seen=lambda: report("Reading", file.tell() / size))


@contextmanager
def _written(path: Path) -> Iterator[TextIO]:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.", code=PROBLEMS) from error


def _fitted(
    log: PurchaseLog, until: date | None, unit: TimeUnit
) -> "tuple[list[str], Histories, ValueModel]":
    from escalera.domain.value.fitting import fit as fit_model  # noqa: PLC0415 - numpy: see above
    from escalera_cli.valuation.histories import histories, last_day  # noqa: PLC0415

    end = until or last_day(log)
    if end is None:
        raise CommandError("No model: nobody bought anything.", code=PROBLEMS)
    names, base = histories(log, end)
    if not names:
        raise CommandError(f"No model: nobody bought anything by {end}.", code=PROBLEMS)
    model = fit_model(base.purchases, base.spending, unit)
    if isinstance(model, NoFit):
        raise CommandError(f"No model: {model.detail}.", code=PROBLEMS)
    return names, base, model


def _forecast(
    names: list[str],
    base: "Histories",
    model: ValueModel,
    file: Path,
    *,
    horizon: float | None,
    discount: float,
) -> None:
    from escalera.domain.value.forecasting import DAYS_A_YEAR, forecast  # noqa: PLC0415 - numpy: see above
    from escalera_cli.valuation.display import write_customers  # noqa: PLC0415

    coming = forecast(
        model,
        frequency=base.frequency,
        recency=base.recency,
        age=base.age,
        mean_spend=base.mean_spend,
        horizon=DAYS_A_YEAR if horizon is None else horizon * model.unit.days,
        discount_rate=discount,
    )
    with _written(file) as target:
        write_customers(names, model, base, coming, target)


def _write_json(model: ValueModel, where: str) -> None:
    spend = model.gamma_gamma
    found = {
        "bgnbd": asdict(model.bgnbd),
        "gamma_gamma": None if isinstance(spend, NoFit) else asdict(spend),
        "customers": model.customers,
    }
    text = json.dumps(found, indent=2)
    if where == "-":
        typer.echo(text)
    else:
        with _written(Path(where)) as file:
            file.write(text + "\n")


def _notes(log: PurchaseLog, base: "Histories", model: ValueModel) -> Iterator[str]:
    """What was left out, and what could not be fitted."""
    if log.later:
        yield f"{log.later} rows after the last day were ignored."
    if log.foreign:
        yield f"{log.foreign} rows in other currencies than {log.currency} were ignored."
    if log.wrong:
        yield f"{log.wrong} wrong rows were left out."
    if base.refunds_of_nothing:
        yield f"{base.refunds_of_nothing} refunds came before any purchase of their customer and were ignored."
    if left_out := base.spending.left_out:
        yield f"{left_out} customers whose repeat purchases brought nothing teach nothing about spending."
    yield from model.remarks


def _columns(pairs: list[str]) -> dict[str, str]:
    known = (*COLUMNS, CURRENCY)
    split = [pair.partition("=") for pair in pairs]
    for ours, sign, theirs in split:
        if ours not in known or not sign or not theirs:
            raise typer.BadParameter(f"--column wants NAME=HEADER, the name one of {', '.join(known)}")
    return {ours: theirs for ours, _, theirs in split}
