"""`escalera rebuild`: restores the records of the table from the archive of records, or from another table."""

import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from escalera.adapters.dynamodb.record_reader import DynamoDBRecordReader
from escalera.domain.record_history import Place, RecordHistory, fold
from escalera.use_cases.archive_records import stamp
from escalera.use_cases.rebuild_table import Plan, by_kind, plan_rebuild
from escalera_cli.connection import LOCAL, LOCAL_STATE, Connection, StageOption, StateOption, connect
from escalera_cli.endings import PROBLEMS, CommandError, print_json
from escalera_cli.local_shop import Report
from escalera_cli.local_stack import LocalStack
from escalera_cli.progress import counted, steps
from escalera_cli.rebuilding.archive import Export, RecordArchive
from escalera_cli.rebuilding.intake import paused_intake
from escalera_cli.rebuilding.table import RebuiltTable

_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def rebuild(
    *,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=_FORMATS, help="Take all records back to how they were then, UTC."),
    ] = None,
    from_table: Annotated[
        str,
        typer.Option(
            "--from-table", help="Instead of the archive: a table that DynamoDB restored to a point in time."
        ),
    ] = "",
    set_aside: Annotated[
        Path,
        typer.Option(
            "--set-aside",
            help="Where orders and refunds go that were recorded since, of customers who are restored.",
            dir_okay=False,
        ),
    ] = Path("set-aside.jsonl"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be restored.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was restored as JSON.")] = False,
    stage: StageOption = LOCAL,
    state: StateOption = LOCAL_STATE,
) -> None:
    """Restore the table's records, quietly: no journey starts, and nobody is written to.

    Whatever was removed by neither Escalera nor its lifetime is written again as it was: customers, erasures,
    unsubscriptions, orders, messages, tasks. What was written since stays; where a customer has begun anew since, the old
    record is restored with every refusal of the new one, and the command says from when on to `escalera replay`.

    The inboxes stand still meanwhile; their queues keep what comes. Exit code 1: the archive has a gap, or
    records changed while they were restored; the text says what to do. The same command again changes nothing.
    """
    if as_of is not None and from_table:
        raise typer.BadParameter("give --as-of or --from-table, not both")
    connection = connect(stage, state)
    asked = _Asked(
        connection,
        RecordArchive(connection),
        RebuiltTable(connection),
        as_of.replace(tzinfo=UTC) if as_of else None,
        from_table,
        _now(stage, state),
    )
    began = time.monotonic()
    with ExitStack() as meanwhile:
        report = meanwhile.enter_context(steps())
        if not dry_run:
            report("Stopping the intake", None)
            meanwhile.enter_context(paused_intake(connection))
        source, plan = _planned(asked, report, dry_run=dry_run)
        summary = _summary(plan, source, asked)
        if not dry_run:
            report(f"Writing {len(plan.restores)} records", None)
            asked.table.set_aside(plan.aside, set_aside)
            with counted("Restoring", len(plan.restores)) as done:
                outcomes = asked.table.restore(plan.restores, done)
            summary |= {"written": outcomes["written"], "changed_meanwhile": outcomes["changed"]}
            summary["seconds"] = round(time.monotonic() - began, 1)
            if not outcomes["changed"]:
                asked.archive.note_rebuild(_now(stage, state), summary)
    _say(summary, set_aside, dry_run=dry_run, as_json=as_json)
    if summary.get("changed_meanwhile"):
        raise typer.Exit(PROBLEMS)


@dataclass(frozen=True)
class _Asked:
    connection: Connection
    archive: RecordArchive
    table: RebuiltTable
    as_of: datetime | None
    from_table: str
    now: datetime

    @property
    def exact(self) -> bool:
        """Whether records are taken back even where nothing was lost."""
        return self.as_of is not None or bool(self.from_table)


def _planned(asked: _Asked, report: Report, *, dry_run: bool) -> tuple[dict[str, Any], Plan]:
    source: dict[str, Any]
    histories: Mapping[Place, RecordHistory]
    if asked.from_table:
        report(f"Reading {asked.from_table}", None)
        histories = {place: RecordHistory(image) for place, image in asked.table.records(asked.from_table)}
        source = {"table": asked.from_table, "records": len(histories)}
    else:
        if not dry_run:
            report("Waiting until the archive has everything that was written", None)
            asked.table.await_archive(asked.archive, asked.now)
        source, histories = _archived(asked, report)
    report("Comparing with the table", None)
    present = dict(asked.table.records())
    reader = DynamoDBRecordReader()
    return source, plan_rebuild(histories, present, reader=reader, now=asked.now, exact=asked.exact)


def _archived(asked: _Asked, report: Report) -> tuple[dict[str, Any], Mapping[Place, RecordHistory]]:
    report("Reading the export and the archive of records", None)
    archive = asked.archive
    base = _base(asked)
    archive.refuse_gap(base)
    names = archive.since(base.at if base else None)
    changes = archive.changes(names)
    if (until := asked.as_of) is not None:
        changes = (one for one in changes if one.at <= until)
    histories = fold(archive.records(base) if base else (), base.at if base else None, changes)
    source = {"export": base.at if base else None, "files": len(names), "records": len(histories)}
    return source, histories


def _base(asked: _Asked) -> Export | None:
    """The newest export in which nothing is missing yet, and of before the wanted moment."""
    exports = asked.archive.exports()
    if asked.as_of is not None:
        before = [one for one in exports if one.at <= asked.as_of]
        if exports and not before:
            first = exports[0].at
            raise CommandError(
                f"The oldest export that is kept is of {first:%Y-%m-%d %H:%M} UTC: choose a moment after that, or "
                "restore the table to a point in time: docs/how-to/restore-the-table.md.",
                code=PROBLEMS,
            )
        return before[-1] if before else None
    lost = asked.archive.unmended()
    if lost is not None:
        exports = [one for one in exports if stamp(one.at) < lost]
        return exports[-1] if exports else None
    return exports[0 if asked.archive.replaced() else -1] if exports else None


def _now(stage: str, state: Path) -> datetime:
    """The local stack may live at another time."""
    if stage != LOCAL:
        return datetime.now(UTC)
    return datetime.fromisoformat(LocalStack.attach(state).settings()["now"])


def _summary(plan: Plan, source: dict[str, Any], asked: _Asked) -> dict[str, Any]:
    reader = DynamoDBRecordReader()
    return {
        "rebuild": asked.table.rebuild_id,
        "from": source,
        "lost_since": plan.lost_since,
        "restored": by_kind(plan.restores, reader),
        "unchanged": plan.same,
        "expired_meanwhile": plan.expired,
        "kept_as_they_are": plan.kept,
        "customers_begun_anew": len(plan.merged),
        "set_aside": len(plan.aside),
        "replay_from": asked.as_of or plan.lost_since,
    }


def _say(summary: dict[str, Any], set_aside: Path, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        print_json(summary)
        return
    verb = "Would restore" if dry_run else "Restored"
    restored = ", ".join(f"{count} {kind}" for kind, count in summary["restored"].items()) or "nothing"
    typer.echo(f"{verb}: {restored}.")
    typer.echo(
        f"{summary['unchanged']} records are as they were; {summary['expired_meanwhile']} have expired meanwhile; "
        f"{summary['kept_as_they_are']} written since stay."
    )
    if summary["customers_begun_anew"]:
        typer.echo(
            f"{summary['customers_begun_anew']} customers had begun anew since: their refusals since are kept, and "
            f"{summary['set_aside']} orders and refunds recorded since are in {set_aside} and deleted."
        )
    if summary["replay_from"]:
        typer.echo(
            "Have the shop's events since told again: escalera replay "
            f"--from {summary['replay_from']:%Y-%m-%dT%H:%M} --to <now>"
        )
    if summary.get("changed_meanwhile"):
        typer.echo(
            f"{summary['changed_meanwhile']} records changed while they were restored: run the command again.",
            err=True,
        )
