"""`escalera report`: the shop's loyalty, in numbers and pictures."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from escalera.adapters.dynamodb.measures import DynamoDBDailyMeasures
from escalera.domain.measures import Measures, to_json
from escalera.domain.vocabulary import Language
from escalera_cli.connection import LOCAL, LOCAL_STATE, Connection, StageOption, StateOption, connect
from escalera_cli.endings import CommandError
from escalera_cli.reporting import ChartsMissingError, make_report, print_report, render_page
from programme_compiler.models import ProgrammeFile
from programme_compiler.source import read_source

_LOOK_BACK = timedelta(days=400)
_ON_STDOUT = Path("-")


def report(
    *,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the report as one page, with charts.")
    ] = None,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Write the measures as JSON; `-` prints them."),
    ] = None,
    language: Annotated[
        Language | None, typer.Option(help="The report's language; without it, the shop's own.")
    ] = None,
    folder: Annotated[
        Path, typer.Option("--programme", help="The programme's folder: for the shop's name and language.")
    ] = Path("programme"),
    stage: StageOption = LOCAL,
    state: StateOption = LOCAL_STATE,
) -> None:
    """Show the shop's loyalty as of the last night: who stays, who comes back, who brings the revenue.

    Reads what each night measured and kept (`escalera score` is such a night, now). `--html` writes one page that
    needs nothing else: open it, send it, print it. Exit code 3 when no night has measured anything yet.
    """
    shop = _shop(folder)
    days = read_days(connect(stage, state))
    if json_file is not None:
        _write_json(days, json_file)
    made = make_report(days, shop.shop.name, language or shop.shop.default_language)
    if html is not None:
        try:
            html.write_text(render_page(made), encoding="utf-8")
        except ChartsMissingError as error:
            raise CommandError(str(error)) from error
    if json_file != _ON_STDOUT:
        console = Console()
        print_report(made, console)
        for file in filter(None, (html, json_file)):
            console.print(f"Written: {file}", highlight=False, soft_wrap=True)


def read_days(connection: Connection) -> Sequence[Measures]:
    """The daily measures of a little more than a year, oldest first."""
    table = connection.output("TableName")
    kept = DynamoDBDailyMeasures(table, lambda service, _settings: connection.client(service))
    newest = kept.latest()
    if newest is None:
        message = "No night has measured this shop yet: run `escalera score` first, or wait for the night."
        raise CommandError(message)
    return kept.between(newest.day - _LOOK_BACK, newest.day)


def _write_json(days: Sequence[Measures], file: Path) -> None:
    """The newest day in full, and the main figures of all days."""
    plain: dict[str, Any] = {
        "measures": to_json(days[-1]),
        "days": [_headline(one) for one in days],
    }
    text = json.dumps(plain, ensure_ascii=False, indent=2)
    if file == _ON_STDOUT:
        typer.echo(text)
    else:
        file.write_text(text + "\n", encoding="utf-8")


def _headline(one: Measures) -> dict[str, Any]:
    everybody = to_json(one)["everybody"]
    values = {name: part["value"] for name, part in everybody.items() if isinstance(part, dict)}
    return {
        "day": one.day.isoformat(),
        "known": one.everybody.known,
        "active": one.everybody.active,
        **values,
    }


def _shop(folder: Path) -> ProgrammeFile:
    source = read_source(folder)
    if source.programme is None:
        message = f"The programme in {folder} cannot be read: `escalera check` says what is wrong."
        raise CommandError(message)
    return source.programme
