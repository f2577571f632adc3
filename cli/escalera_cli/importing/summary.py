"""What is said when an import is done."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from escalera_cli.endings import print_json
from escalera_cli.importing import reports
from escalera_cli.importing.intake import Understood
from escalera_cli.importing.settling import Counts
from escalera_cli.importing.staging import Staging


def summarize(
    staging: Staging,
    files: Sequence[Understood],
    folder: Path,
    *,
    found: Counts,
    counts: Counter[str],
    dry_run: bool,
) -> dict[str, Any]:
    """Write the reports into the folder, and say in plain JSON what became of everything."""
    folder.mkdir(parents=True, exist_ok=True)
    rejects = reports.write_rejects(staging, files, folder)
    merged, identities = reports.write_merged(staging, folder)
    rows = dict[int, int](staging.ask("SELECT id, rows FROM file"))
    return {
        "dry_run": dry_run,
        "files": [
            {
                "file": str(one.source.path),
                "kind": one.columns.kind.value,
                "rows": rows[number],
                "rejected": reports.left_out(staging, number),
            }
            for number, one in enumerate(files)
        ],
        "imported": dict(sorted(counts.items())),
        "rejected": reports.reasons(staging),
        "left_alone": reports.left_alone(staging),
        "merged": identities["merged"],
        "kept_apart": identities["kept apart"],
        "orders_in_two_files": found.told_twice,
        "repeated_lines": found.repeated_lines,
        "reports": [str(path) for path in (*rejects, *([merged] if merged else []))],
    }


def print_summary(summary: Mapping[str, Any]) -> None:
    """The same in sentences."""
    for one in summary["files"]:
        left = f", {one['rejected']:,} left out" if one["rejected"] else ""
        typer.echo(f"{one['file']}: {one['rows']:,} rows of {one['kind']}{left}")
    counted = summary["imported"]
    verb = "Would import" if summary["dry_run"] else "Imported"
    kinds = ("customers", "orders", "refunds", "deliveries", "consents", "closed channels")
    typer.echo(f"{verb}: " + ", ".join(f"{counted.get(kind, 0):,} {kind}" for kind in kinds) + ".")
    known = [
        f"{count:,} {name.removesuffix(' known')}"
        for name, count in counted.items()
        if name.endswith(" known")
    ]
    if known:
        typer.echo(f"Known already, and left as they were: {', '.join(known)}.")
    for reason, rows in summary["rejected"].items():
        typer.echo(f"{rows:>9,} rows left out: {reason}")
    for reason, cells in summary["left_alone"].items():
        typer.echo(f"{cells:>9,} cells left out alone, their rows are in: {reason}")
    if summary["repeated_lines"]:
        typer.echo(
            f"{summary['repeated_lines']:,} lines say the same as another line of their order, and are counted as they"
            " stand; --drop-repeated counts them once."
        )
    if summary["orders_in_two_files"]:
        typer.echo(f"{summary['orders_in_two_files']:,} orders stand alike in two files, and count once.")
    if summary["merged"] or summary["kept_apart"]:
        typer.echo(
            f"Identities: {summary['merged']:,} merged into another, {summary['kept_apart']:,} kept apart though they"
            " share something."
        )
    for path in summary["reports"]:
        typer.echo(f"See {path}")


def show_mapping_of(files: Sequence[Understood], *, as_json: bool) -> None:
    """How each file is understood."""
    if as_json:
        print_json([one.plain() for one in files])
        return
    for one in files:
        plain = one.plain()
        typer.echo(
            f"{plain['file']}: {plain['kind']}; {plain['encoding']}, columns parted by {plain['separator']!r}, decimals"
            f" after a {plain['decimals']}, dates {plain['dates']}"
        )
        for field, header in plain["columns"].items():
            typer.echo(f"  {field:20} {header}")
        if plain["unused"]:
            typer.echo(f"  {'(not used)':20} {', '.join(plain['unused'])}")
