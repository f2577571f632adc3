"""`escalera emit`: puts a shop's events on the bus, by hand."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from escalera_cli.connection import LOCAL, LOCAL_STATE, StageOption, StateOption, connect
from escalera_cli.endings import PROBLEMS, print_json
from escalera_cli.event_files import problems_of, put_events, read_events, title
from escalera_cli.progress import counted


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
    as_json: Annotated[bool, typer.Option("--json", help="Print what was checked and sent as JSON.")] = False,
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
    refuse_wrong(events, as_json=as_json)
    if dry_run:
        say_sent(events, 0, f"{len(events)} as the contract wants; nothing was sent.", as_json=as_json)
        return
    connection = connect(stage, state)
    client, bus, sent = connection.client("events"), connection.output("BusName"), 0
    with counted("Putting them on the bus", len(events)) as more:
        for count in put_events(client, bus, events):
            more(count)
            sent += count
    say_sent(events, sent, f"Put {sent} on the bus of escalera-{stage}.", as_json=as_json)


def events_from(file: Path) -> list[Any]:
    """The events in a file, or on stdin."""
    if str(file) == "-":
        return read_events(sys.stdin.read(), "stdin")
    if not file.is_file():
        raise typer.BadParameter(f"there is no file {file}")
    return read_events(file.read_text(encoding="utf-8"), str(file))


def refuse_wrong(events: list[Any], *, as_json: bool = False) -> None:
    """Say field by field what is wrong with each event, and end the command if anything is."""
    found = [
        {"event": number, "title": title(event), "problem": problem}
        for number, event in enumerate(events, 1)
        for problem in problems_of(event)
    ]
    if not found:
        return
    if as_json:
        print_json({"checked": len(events), "sent": 0, "problems": found})
    else:
        for one in found:
            typer.echo("event {event} ({title}): {problem}".format(**one), err=True)
    raise typer.Exit(PROBLEMS)


def say_sent(events: list[Any], sent: int, words: str, *, as_json: bool) -> None:
    """Say how many were sent, of events that are all right."""
    if as_json:
        print_json({"checked": len(events), "sent": sent, "problems": []})
    else:
        typer.echo(words)
