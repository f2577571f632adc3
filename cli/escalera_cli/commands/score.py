"""`escalera score`: what the nightly job does, now."""

import time
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from escalera_cli import nights
from escalera_cli.connection import LOCAL, LOCAL_STATE, StageOption, StateOption, connect
from escalera_cli.demonstration.diary import money
from escalera_cli.endings import INTERRUPTED, print_json
from escalera_cli.progress import steps


def score(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print what the night told as JSON.")] = False,
    stage: StageOption = LOCAL,
    state: StateOption = LOCAL_STATE,
) -> None:
    """Score every customer now, as the nightly job does: value, class, groups, and the day's measures.

    Starts the stack's own state machine and waits for its end; if a night is running already, it is followed instead.
    Only customers whose score changed are written, so running it twice writes nothing the second time. The measures of
    a day that has some stay as they are.

    Exit code 1 when the night fails: the reason is printed. Ctrl-C leaves it running.
    """
    connection = connect(stage, state)
    execution, ours = nights.start(connection)
    console = Console(stderr=True)
    if not ours:
        console.print("A night is running already; this is how it goes on.", highlight=False)
    began = time.monotonic()
    try:
        with steps(console) as report:
            night = nights.follow(connection, execution, report)
    except KeyboardInterrupt:
        typer.echo(f"\nThe night goes on without you: {execution}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    seconds = round(time.monotonic() - began, 1)
    if as_json:
        print_json({**night.told, "execution": execution, "seconds": seconds})
    else:
        print_night(night.told, Console(), seconds)


def print_night(told: Mapping[str, Any], console: Console, seconds: float | None = None) -> None:
    """The night in a few lines."""
    took = "" if seconds is None else f", in {seconds:g} s"
    console.print(f"[bold]The night of {told['day']}[/]{took}", highlight=False)
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column()
    for title, text in _rows(told):
        table.add_row(title, text)
    console.print(table, highlight=False)


def _rows(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    left = f"; {told['left']:,} left to the next night, others were writing them" if told["left"] else ""
    kept = "kept" if told["measures_kept"] else "those of this day were kept before, and stay"
    rows = [
        (
            "customers",
            f"{told['known']:,} known, {told['customers']:,} have bought, {told['scored']:,} scored",
        ),
        ("written", f"{told['written']:,} whose score changed{left}"),
        ("value model", _value_model(told)),
        ("classes", ", ".join(_class(told, name) for name in ("A", "B", "C") if told["classes"].get(name))),
        ("groups", "\n".join(f"{name}: {count:,}" for name, count in told["groups"].items())),
        ("measures", f"of {told['day']}: {kept}"),
        ("note", "\n".join(told["notes"])),
    ]
    return [(title, text) for title, text in rows if text]


def _value_model(told: Mapping[str, Any]) -> str:
    if told["value_model"] is None:
        return f"none: {told['no_value_because']}"
    return f"fitted to {told['value_model']['customers']:,} customers"


def _class(told: Mapping[str, Any], name: str) -> str:
    cut = told["class_cuts"].get(name)
    start = f" (from {money(cut, told['currency'])})" if cut is not None else ""
    return f"{name}: {told['classes'][name]:,}{start}"
