"""`escalera demo`: the main job, on a real shop's history, in about two minutes."""

import json
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from demo import Event, Window, load_history, window
from escalera_cli import nights
from escalera_cli.connection import LOCAL_STATE, Connection, StateOption
from escalera_cli.demonstration.days import Days, split
from escalera_cli.demonstration.diary import Diary
from escalera_cli.demonstration.display import Clock, shown
from escalera_cli.demonstration.listener import Listener
from escalera_cli.demonstration.summary import Summary, print_summary, summarize
from escalera_cli.endings import INTERRUPTED, PROBLEMS
from escalera_cli.local_shop import (
    WEB_PORT,
    WebPortOption,
    WebPorts,
    running_shop,
    say_where_the_sites_are,
    wait_for_interrupt,
)
from escalera_cli.local_stack import LocalStack
from escalera_cli.pace import Pace
from escalera_cli.progress import steps

_DRAIN_SECONDS = 6.0


def demo(
    *,
    customers: Annotated[int, typer.Option(min=1, help="How many of the shop's customers.")] = 60,
    days: Annotated[int, typer.Option(min=1, help="How many days of its history.")] = 120,
    day_seconds: Annotated[float, typer.Option(min=0.2, help="How long a day lasts, in seconds.")] = 0.9,
    start: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day; without it, the history's last days."),
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the summary to this file.")] = None,
    serve: Annotated[bool, typer.Option(help="Leave the stack running at the end, until Ctrl-C.")] = False,
    web_port: WebPortOption = WEB_PORT,
    state: StateOption = LOCAL_STATE,
) -> None:
    """Show the main job on a real shop's orders: purchases thanked, silences noticed, complaints heard.

    Builds the layers, synthesizes the CDK app, deploys it to a local stack (no AWS account, no Docker), then replays a
    real order history in short days: the people are invented, their purchases are not. You see live what happens, and
    a summary at the end. What was sent stays readable with `escalera outbox`.

    With `--serve` you can look on meanwhile: `escalera customer ID`, `escalera send-event`. Nothing is left running when it
    ends or is interrupted (exit code 130). A journey that failed makes it end in exit code 1.
    """
    first = start.date() if start else None
    events, span = _history(customers, days, first)
    console = Console()
    try:
        with ExitStack() as running:
            with steps(console) as report:
                # Who looks on knows where; without --serve any port does, and a second demo is in nobody's way.
                web = WebPorts.from_first(web_port) if serve else WebPorts.free()
                scale = 1 / Pace(day_seconds).scale
                shop = running_shop(state, wait_scale=scale, web=web, report=report)
                stack, connection = running.enter_context(shop)
            summary = _show(
                stack=stack,
                connection=connection,
                events=events,
                span=span,
                pace=Pace(day_seconds),
                console=console,
            )
            if json_file:
                json_file.write_text(
                    json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
                )
            _say_where_to_look(console, summary, serve=serve)
            if serve:
                _make_ready_to_be_looked_at(stack, connection, console)
                typer.echo(
                    f"\nThe stack runs on, on {stack.endpoint}, as fast as your own clock from now on (what journeys"
                    " waited for already still comes at the demo's pace). Ctrl-C ends it."
                )
                say_where_the_sites_are(web)
                wait_for_interrupt()
        if summary["journeys_failed"]:
            raise typer.Exit(PROBLEMS)
    except KeyboardInterrupt:
        typer.echo("\nInterrupted; nothing is left running.", err=True)
        raise typer.Exit(INTERRUPTED) from None


def _history(customers: int, days: int, start: date | None) -> tuple[list[Event], Window]:
    try:
        return load_history(customers, days, start), window(days, start)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _show(
    *,
    stack: LocalStack,
    connection: Connection,
    events: list[Event],
    span: Window,
    pace: Pace,
    console: Console,
) -> Summary:
    diary, clock = Diary(span.start, _given_names(events)), Clock(span.start, span.end)
    before, during = split(events, span.start)
    whom = {event["detail"]["customer_id"] for event in events}
    with Listener(connection, diary.hear):
        played = Days(stack, connection, clock=clock, pace=pace, told=diary.told)
        with steps(console) as report:
            played.lead_in(before, lambda done: report("Telling it what was before", done))
        with shown(diary, clock, console):
            played.play(during)
            played.finish(at_most=_DRAIN_SECONDS)
    summary = summarize(diary, customers=len(whom), start=span.start, end=span.end)
    print_summary(summary, console)
    return summary


def _make_ready_to_be_looked_at(stack: LocalStack, connection: Connection, console: Console) -> None:
    """Score the base once, for the console's classes and measures; then slow down: nobody reads days of a second."""
    with steps(console) as report:
        nights.follow(connection, nights.start(connection)[0], report)
    stack.set_clock(datetime.fromisoformat(stack.settings()["now"]), 1)
    stack.set_wait_scale(1)


def _given_names(events: list[Event]) -> dict[str, str]:
    names: dict[str, str] = {}
    for event in events:
        detail = event["detail"]
        name = detail.get("given_name") or detail.get("contact", {}).get("given_name")
        if name:
            names[detail["customer_id"]] = name
    return names


def _say_where_to_look(console: Console, summary: Summary, *, serve: bool) -> None:
    known = next((example["customer"] for example in summary["examples"]), "ID")
    live = "" if serve else "   (while `escalera demo --serve` or `up` runs)"
    lines = (
        "Where to look next:",
        "  escalera outbox           what was sent, and `escalera outbox NUMBER` for one of them",
        f"  escalera customer {known}   one customer: rung, rhythm, consents, and why each message went or not{live}",
        f"  escalera score            what each night does: value, classes, groups; then `escalera report`{live}",
        "  programme/                the shop's policy, journeys and messages: change them, then `escalera check`",
        "  README.md                 what this is, and how to deploy it to AWS",
    )
    console.print()
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)
