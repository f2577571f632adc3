"""`escalera import`: a shop's past, out of CSV files, without waking any journey."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from escalera.adapters.dynamodb.scores import DynamoDBShopScores
from escalera.domain.standing import StandingRules
from escalera.domain.value.parameters import ValueModel
from escalera.ports.clock import Clock
from escalera.runtime.clock import clock_from
from escalera_cli.connection import LOCAL, LOCAL_STATE, Connection, StageOption, StateOption, connect
from escalera_cli.endings import INTERRUPTED, PROBLEMS, CommandError, print_json
from escalera_cli.importing.columns import FileKind, Wish, read_wish
from escalera_cli.importing.folding import Folding
from escalera_cli.importing.forms import DateOrder, Decimals
from escalera_cli.importing.found_at_once import CustomersFoundAtOnce
from escalera_cli.importing.intake import (
    Options,
    Understood,
    exported_at,
    fingerprint,
    take_in,
    understand_files,
)
from escalera_cli.importing.phones import is_country
from escalera_cli.importing.progress import Bars, bars
from escalera_cli.importing.settling import Counts, settle
from escalera_cli.importing.staging import Staging
from escalera_cli.importing.summary import print_summary, show_mapping_of, summarize
from escalera_cli.local_stack.stack import REPOSITORY
from programme_compiler import ProgrammeRefusedError, load_policy

WORK = REPOSITORY / "build" / "imports"
_FILE = {"exists": True, "dir_okay": False, "readable": True}

FilesArgument = Annotated[
    list[Path] | None,
    typer.Argument(help="CSV files (or .csv.gz); what each holds is told by its header.", **_FILE),
]


def _country(code: str) -> str:
    if code and not is_country(code.upper()):
        message = f"{code!r} is no country: write its ISO 3166 code, such as ES, MX or BR"
        raise typer.BadParameter(message)
    return code.upper()


def import_past(
    files: FilesArgument = None,
    *,
    customers: Annotated[list[Path] | None, typer.Option(help="A file of customers.", **_FILE)] = None,
    orders: Annotated[
        list[Path] | None, typer.Option(help="A file of orders, one row each.", **_FILE)
    ] = None,
    lines: Annotated[list[Path] | None, typer.Option(help="A file of order lines.", **_FILE)] = None,
    refunds: Annotated[list[Path] | None, typer.Option(help="A file of refunds.", **_FILE)] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(help="YAML or JSON that names your columns: `columns: {field: header}`.", **_FILE),
    ] = None,
    show_mapping: Annotated[
        bool, typer.Option("--show-mapping", help="Print how each file is understood, and stop.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything and write the report; touch no table.")
    ] = False,
    currency: Annotated[
        str,
        typer.Option(help="ISO 4217 code, for rows that tell none. [default: the programme's]"),
    ] = "",
    decimals: Annotated[
        Decimals | None, typer.Option(help="The sign before decimals, where the files do not make it plain.")
    ] = None,
    dates: Annotated[
        DateOrder | None,
        typer.Option(help="The order of a date's numbers, where the files do not make it plain."),
    ] = None,
    time_zone: Annotated[
        str, typer.Option(help="IANA name, for dates without an offset. [default: the programme's]")
    ] = "",
    country: Annotated[
        str,
        typer.Option(
            help="Such as ES: where phone numbers without a country code belong.", callback=_country
        ),
    ] = "",
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"],
            help="When the files were exported: dates a yes or no that has no date. [default: when they were written]",
        ),
    ] = None,
    drop_repeated: Annotated[
        bool,
        typer.Option("--drop-repeated", help="Count a line once that an order holds twice, alike in all."),
    ] = False,
    report: Annotated[
        Path, typer.Option(help="The folder for rows left out and for who was merged.", file_okay=False)
    ] = Path("import-report"),
    programme: Annotated[
        Path, typer.Option(help="The programme's folder.", exists=True, file_okay=False)
    ] = Path("programme"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    stage: StageOption = LOCAL,
    state: StateOption = LOCAL_STATE,
) -> None:
    """Import a shop's past: customers, orders, order lines, refunds, out of CSV files. No journey wakes by it.

    Exports of Shopify and WooCommerce and most others are understood by their headers, in English, Spanish and
    Portuguese; for the rest there is `--mapping`. Look first: `--show-mapping`, then `--dry-run`.

    Orders end up counted as if they had come live: sums, rhythm, rung. An order of which a row is wrong is left out
    whole; rows left out are in the report's folder, each with its reason, ready to be mended and imported. Consent is
    never widened: a no stays a no, and a yes counts only where nothing was ever said.

    The same import again changes nothing, and one that was interrupted (exit code 130) goes on where it stopped. Exit
    code 1: it is done, but rows were left out.
    """
    given = _given({None: files, **_kinds(customers, orders, lines, refunds)})
    rules, options, clock = _settings(programme, currency, time_zone)
    options = replace(options, decimals=decimals, dates=dates, country=country, drop_repeated=drop_repeated)
    wish = read_wish(mapping) if mapping else Wish()
    understood = _understood(given, wish, options, quiet=as_json)
    if show_mapping:
        show_mapping_of(understood, as_json=as_json)
        return
    as_of = as_of.replace(tzinfo=ZoneInfo(options.time_zone)).astimezone(UTC) if as_of else None
    options = replace(options, as_of=min(as_of or exported_at(understood, clock.now()), clock.now()))
    connection = None if dry_run else connect(stage, state)
    _import(_Asked(understood, options, rules, clock, report, connection), as_json=as_json)


def _understood(
    given: Sequence[tuple[Path, FileKind | None]], wish: Wish, options: Options, *, quiet: bool
) -> list[Understood]:
    total = sum(path.stat().st_size for path, _ in given)
    try:
        with bars(quiet=quiet) as shown:
            return understand_files(given, wish, options, shown.of("Looking through", total))
    except KeyboardInterrupt:
        typer.echo("\nInterrupted; nothing was imported.", err=True)
        raise typer.Exit(INTERRUPTED) from None


@dataclass(frozen=True)
class _Asked:
    files: Sequence[Understood]
    options: Options
    rules: StandingRules
    clock: Clock
    report: Path
    connection: Connection | None
    """None: a dry run."""


def _import(asked: _Asked, *, as_json: bool) -> None:
    began = time.monotonic()
    name = (
        f"{fingerprint(asked.files, asked.options)}-{asked.connection.stage if asked.connection else 'dry'}"
    )
    staging = Staging(WORK / f"{name}.sqlite")
    finished = False
    try:
        with bars(quiet=as_json) as shown:
            if staging.resumed:
                shown.say("Going on where an earlier attempt stopped.")
            found = _staged(staging, asked, shown)
            counts = _folded(staging, asked, shown)
            summary = summarize(
                staging,
                asked.files,
                asked.report,
                found=found,
                counts=counts,
                dry_run=asked.connection is None,
            )
        summary["seconds"] = round(time.monotonic() - began, 1)
        finished = True
    except KeyboardInterrupt:
        what = f"What was read is kept in {staging.path} (it holds personal data) until the import is done."
        typer.echo(f"\nInterrupted. {what} The same command goes on from there.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    finally:
        staging.close(remove=finished)
    if as_json:
        print_json(summary)
    else:
        print_summary(summary)
    if summary["rejected"]:
        raise typer.Exit(PROBLEMS)


def _staged(staging: Staging, asked: _Asked, shown: Bars) -> Counts:
    files, options = asked.files, asked.options
    seen = shown.up_to("Reading and checking", sum(one.source.size for one in files))
    take_in(staging, files, options, asked.clock.now(), seen)
    known = staging.mark("settled")
    if known is not None:
        return Counts.from_json(known)
    return settle(staging, currency=options.currency, drop_repeated=options.drop_repeated, report=shown.say)


def _folded(staging: Staging, asked: _Asked, shown: Bars) -> Counter[str]:
    connection = asked.connection
    rules, table, customers = asked.rules, "nowhere", None
    if connection is not None:
        name = connection.output("TableName")
        customers = CustomersFoundAtOnce(name, _clients(connection))
        rules = _with_score(rules, DynamoDBShopScores(name, _clients(connection)))
        # A table made anew under the same name has got nothing of what the former one got.
        found = connection.client("dynamodb").describe_table(TableName=name)["Table"]
        table = f"{found.get('TableArn', name)} of {found.get('CreationDateTime', '')}"
    folding = Folding(
        staging,
        customers,
        rules=rules,
        clock=asked.clock,
        as_of=_as_of(asked),
        find_again=customers.find_again if customers else None,
    )
    what = "Writing customers" if connection else "Merging customers"
    return folding.fold(table, shown.of(what, folding.people(), unit="customers"))


def _clients(connection: Connection) -> Any:
    return lambda service, _settings: connection.client(service)


def _with_score(rules: StandingRules, scores: DynamoDBShopScores) -> StandingRules:
    """By what the last night knows, silences and classes are judged here as for live events."""
    score = scores.latest()
    if score is None:
        return rules
    fitted = score.value_model
    return replace(rules, score=score, value_model=ValueModel.from_json(fitted) if fitted else None)


def _as_of(asked: _Asked) -> datetime:
    return asked.options.as_of or asked.clock.now()


def _kinds(
    customers: list[Path] | None,
    orders: list[Path] | None,
    lines: list[Path] | None,
    refunds: list[Path] | None,
) -> dict[FileKind | None, list[Path] | None]:
    return {
        FileKind.CUSTOMERS: customers,
        FileKind.ORDERS: orders,
        FileKind.LINES: lines,
        FileKind.REFUNDS: refunds,
    }


def _given(by_kind: Mapping[FileKind | None, list[Path] | None]) -> list[tuple[Path, FileKind | None]]:
    given = [(path, kind) for kind, paths in by_kind.items() for path in paths or ()]
    if not given:
        raise typer.BadParameter("give at least one file")
    if len({path.resolve() for path, _ in given}) < len(given):
        raise typer.BadParameter("a file is given twice")
    if len({path.name for path, _ in given}) < len(given):
        raise typer.BadParameter("two files have the same name: their reports would be one")
    return given


def _settings(programme: Path, currency: str, time_zone: str) -> tuple[StandingRules, Options, Clock]:
    try:
        file, policy = load_policy(programme)
    except ProgrammeRefusedError as error:
        raise CommandError(f"{error}\nMend the programme first: `escalera check`.", code=PROBLEMS) from error
    zone = time_zone or file.shop.default_time_zone
    try:
        ZoneInfo(zone)
    except (KeyError, OSError, ValueError) as error:
        raise typer.BadParameter(f"{zone!r} is no IANA time zone: write it like Europe/Madrid") from error
    return (
        policy.standing_rules(),
        Options(time_zone=zone, currency=currency or file.shop.currency),
        clock_from(),
    )
