"""`escalera send-event`: puts a shop's events on the bus, by hand."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from escalera_cli.connection import LOCAL, LOCAL_STATE, StageOption, StateOption, connect
from escalera_cli.endings import PROBLEMS, print_json
from escalera_cli.event_files import put_events, read_events
from escalera_cli.progress import counted
from escalera_cli.verdicts import Judged, Verdict, clock_of, judge_all


def send_event(
    file: Annotated[
        Path,
        typer.Argument(help="JSON (one event, or a list) or JSON Lines; `-` reads stdin.", allow_dash=True),
    ],
    *,
    detail_of: Annotated[
        str,
        typer.Option("--as", help="The file holds bare details of this event, such as PurchaseCompleted."),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what the stack would do with each event.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was checked and sent as JSON.")] = False,
    stage: StageOption = LOCAL,
    state: StateOption = LOCAL_STATE,
) -> None:
    """Check events by the rules of the stack, and put them on its bus.

    An event has `source` (shop), `detail-type` (such as PurchaseCompleted) and `detail`: events/ has an example and a
    JSON Schema of each. An event is refused for what the stack would refuse it for: its source, its name, its fields, or
    a time in the future. Each problem is printed with its field and remedy; if there is any, nothing at all is sent
    (exit code 1).

    Try it: `escalera send-event events/PurchaseCompleted/v1.example.json --as PurchaseCompleted --dry-run`
    """
    events = events_from(file)
    if detail_of:
        events = [{"source": "shop", "detail-type": detail_of, "detail": detail} for detail in events]
    judged = accepted(events, stage, state, as_json=as_json)
    if dry_run:
        warned = sum(one.verdict is Verdict.WARNED for one in judged)
        words = f"{len(events)} accepted, {warned} of them with warnings; nothing was sent."
        say_sent(judged, 0, "\n".join([*map(str, judged), words]), as_json=as_json)
        return
    connection = connect(stage, state)
    client, bus, sent = connection.client("events"), connection.output("BusName"), 0
    with counted("Putting them on the bus", len(events)) as more:
        for count in put_events(client, bus, events):
            more(count)
            sent += count
    say_sent(judged, sent, f"Put {sent} on the bus of escalera-{stage}.", as_json=as_json)


def events_from(file: Path) -> list[Any]:
    """The events in a file, or on stdin."""
    if str(file) == "-":
        return read_events(sys.stdin.read(), "stdin")
    if not file.is_file():
        raise typer.BadParameter(f"there is no file {file}")
    return read_events(file.read_text(encoding="utf-8"), str(file))


def accepted(events: list[Any], stage: str, state: Path, *, as_json: bool = False) -> list[Judged]:
    """The verdicts on events that are all accepted; else print why not, and end the command."""
    judged = judge_all(events, clock_of(stage, state))
    refused = [one for one in judged if one.verdict is Verdict.REFUSED]
    if not refused:
        return judged
    if as_json:
        _print(judged, 0)
    else:
        for one in refused:
            typer.echo(str(one), err=True)
        typer.echo(f"{len(refused)} of {len(judged)} refused; nothing was sent.", err=True)
    raise typer.Exit(PROBLEMS)


def say_sent(judged: list[Judged], sent: int, words: str, *, as_json: bool) -> None:
    """Say how many were sent, of events that are all accepted."""
    if as_json:
        _print(judged, sent)
    else:
        typer.echo(words)


def _print(judged: list[Judged], sent: int) -> None:
    refused = sum(one.verdict is Verdict.REFUSED for one in judged)
    print_json(
        {"checked": len(judged), "refused": refused, "sent": sent, "events": [one.plain() for one in judged]}
    )
