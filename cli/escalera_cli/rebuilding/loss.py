"""Whether the table has lost records: whoever replays events onto it would do everything anew."""

from escalera_cli.connection import Connection
from escalera_cli.endings import PROBLEMS, CommandError
from escalera_cli.rebuilding.archive import RecordArchive
from escalera_cli.rebuilding.table import RebuiltTable


def refuse_loss(connection: Connection, *, anyway: bool = False) -> None:
    """CommandError if records are missing that were there once. A table that was never used has lost none."""
    lost = None if anyway else _lost(connection)
    if lost is not None:
        raise CommandError(
            f"{lost} Replayed now, events would be recorded as new: people are thanked twice, and erasures, "
            "unsubscriptions and complaints do not come back. Nothing was put on the bus. Run `escalera rebuild "
            f"--stage {connection.stage}` first. (If the records were removed on purpose: --anyway.)",
            code=PROBLEMS,
        )


def _lost(connection: Connection) -> str | None:
    if "RecordArchive" not in connection.outputs:
        return None  # deployed before there was an archive: nobody knows
    archive = RecordArchive(connection)
    if not RebuiltTable(connection).holds_customers() and archive.holds_customers():
        return "The table holds no customer, but the archive of records knows of some."
    since = archive.unmended()
    if since is not None:
        return f"Records were removed from the table by hand since {since} (UTC), and not restored."
    if archive.replaced():
        return "The table is younger than the archive of records: it was replaced by a new one."
    return None
