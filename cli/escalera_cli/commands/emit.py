"""`escalera emit`: puts a shop's events on the bus, by hand."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from escalera_cli.connection import LOCAL, LOCAL_STATE, StageOption, StateOption, connect
from escalera_cli.endings import PROBLEMS
from escalera_cli.event_files import problems_of, put_events, read_events, title


def emit(
    file: Annotated[
        Path,
        typer.Argument(help="JSON (one event, or a list) or JSON Lines; `-` reads stdin.", allow_dash=True),
    ],
    *,
    detail_of: Annotated[
        str,
        typer.Option("--as", help="The file holds bare details of this event, such as PurchaseCompleted."),
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check the events; send nothing.")] = False,
    stage: StageOption = LOCAL,
    state: StateOption = LOCAL_STATE,
) -> None:
    """Check events against the contract, and put them on the stack's bus.

    An event has `source` (shop), `detail-type` (such as PurchaseCompleted) and `detail`: events/ has an example and a
    JSON Schema of each. What is wrong is told field by field; if anything is, nothing at all is sent (exit code 1).

    Try it: `escalera emit events/PurchaseCompleted/v1.example.json --as PurchaseCompleted --dry-run`
    """
    events = events_from(file)
    if detail_of:
        events = [{"source": "shop", "detail-type": detail_of, "detail": detail} for detail in events]
    refuse_wrong(events)
    if dry_run:
        typer.echo(f"{len(events)} as the contract wants; nothing was sent.")
        return
    connection = connect(stage, state)
    sent = sum(put_events(connection.client("events"), connection.output("BusName"), events))
    typer.echo(f"Put {sent} on the bus of escalera-{stage}.")


def events_from(file: Path) -> list[Any]:
    """The events in a file, or on stdin."""
    if str(file) == "-":
        return read_events(sys.stdin.read(), "stdin")
    if not file.is_file():
        raise typer.BadParameter(f"there is no file {file}")
    return read_events(file.read_text(encoding="utf-8"), str(file))


def refuse_wrong(events: list[Any]) -> None:
    """Say field by field what is wrong with each event, and end the command if anything is."""
    wrong = False
    for number, event in enumerate(events, 1):
        for problem in problems_of(event):
            wrong = True
            typer.echo(f"event {number} ({title(event)}): {problem}", err=True)
    if wrong:
        raise typer.Exit(PROBLEMS)
