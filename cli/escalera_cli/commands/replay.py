"""`escalera replay`: tells a past again, from a file or from the bus's own archive."""

import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from escalera_cli.commands.send_event import accepted, events_from, say_sent
from escalera_cli.connection import LOCAL, LOCAL_STATE, Connection, StageOption, StateOption, connect
from escalera_cli.endings import PROBLEMS, CommandError, print_json
from escalera_cli.event_files import Event, put_events
from escalera_cli.pace import Pace, occurred_at, play
from escalera_cli.progress import counted
from escalera_cli.rebuilding.loss import refuse_loss
from escalera_cli.verdicts import Judged

_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
_POLL_SECONDS = 5.0


def replay(
    file: Annotated[
        Path | None,
        typer.Argument(help="A history: events in JSON Lines or JSON; `-` reads stdin.", allow_dash=True),
    ] = None,
    *,
    day_seconds: Annotated[
        float, typer.Option(min=0, help="Of a file: how long a day of it lasts; 0 puts everything at once.")
    ] = 0.0,
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=_FORMATS, help="Of the archive: from this moment on, UTC."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option("--to", formats=_FORMATS, help="Of the archive: up to this moment, UTC."),
    ] = None,
    wait: Annotated[bool, typer.Option(help="Of the archive: stay until AWS has finished.")] = True,
    anyway: Annotated[
        bool,
        typer.Option("--anyway", help="Even if records are missing from the table that were there once."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was put or replayed as JSON.")] = False,
    stage: StageOption = LOCAL,
    state: StateOption = LOCAL_STATE,
) -> None:
    """Put past events on the bus again. Nothing is recorded twice: an event that is known changes nothing.

    With a FILE, its events go out in order of `occurred_at`, at once or with `--day-seconds` for each day between them.
    Every event is checked first; if one is wrong, none is sent (exit code 1).

    With `--from` and `--to` instead, EventBridge replays the archive of what the shop sent in that time: for instance
    after a mistake in a handler was mended. The archive holds shops' events only.

    A table that has lost records does not know what was recorded, who was thanked, who unsubscribed and who was erased:
    a replay would do it all anew. It is refused (exit code 1) until `escalera rebuild` has restored them.
    """
    if (file is None) == (since is None or until is None):
        raise typer.BadParameter("give either a file, or both --from and --to")
    if file is not None:
        events = events_from(file)
        judged = accepted(events, stage, state, as_json=as_json)
        in_order = sorted(events, key=occurred_at)
        connection = connect(stage, state)
        refuse_loss(connection, anyway=anyway)
        _replay_file(in_order, judged, Pace(day_seconds), connection, as_json=as_json)
    elif since is not None and until is not None:
        connection = connect(stage, state)
        refuse_loss(connection, anyway=anyway)
        archive = _Archive(connection, since.replace(tzinfo=UTC), until.replace(tzinfo=UTC))
        archive.replay(wait=wait, as_json=as_json)


def _replay_file(
    events: list[Event], judged: list[Judged], pace: Pace, connection: Connection, *, as_json: bool
) -> None:
    if not events:
        say_sent(judged, 0, "There is nothing in it.", as_json=as_json)
        return
    client, bus = connection.client("events"), connection.output("BusName")

    size = 100
    groups = (
        list(pace.together(events))
        if pace.day_seconds
        else [(occurred_at(events[at]), events[at : at + size]) for at in range(0, len(events), size)]
    )
    with counted("Replaying", len(events)) as more:

        def put(batch: list[Event]) -> None:
            for count in put_events(client, bus, batch):
                more(count)

        moments = ((at, partial(put, batch)) for at, batch in groups)
        play(moments, begins=occurred_at(events[0]), pace=pace)
    say_sent(
        judged, len(events), f"Put {len(events)} on the bus of escalera-{connection.stage}.", as_json=as_json
    )


@dataclass(frozen=True)
class _Archive:
    """A time in the archive of a stack's bus."""

    connection: Connection
    since: datetime
    until: datetime

    def replay(self, *, wait: bool, as_json: bool) -> None:
        """Have EventBridge put it on the bus again."""
        client = self.connection.client("events")
        name = self._start(client)
        words = (
            f"EventBridge replays {self.since:%Y-%m-%d %H:%M} to {self.until:%Y-%m-%d %H:%M} UTC as {name}."
        )
        if not as_json:
            typer.echo(words)
        if wait:
            _await_end(client, name)
        if as_json:
            state = "COMPLETED" if wait else "STARTING"
            print_json({"replay": name, "from": self.since, "to": self.until, "state": state})
        elif wait:
            typer.echo("Done.")

    def _start(self, client: Any) -> str:
        bus = client.describe_event_bus(Name=self.connection.output("BusName"))["Arn"]
        archives = client.list_archives(EventSourceArn=bus)["Archives"]
        if not archives:
            raise CommandError(
                f"The bus of escalera-{self.connection.stage} has no archive: there is nothing to replay."
            )
        archive = client.describe_archive(ArchiveName=archives[0]["ArchiveName"])["ArchiveArn"]
        name = f"escalera-{uuid.uuid4().hex[:12]}"
        client.start_replay(
            ReplayName=name,
            EventSourceArn=archive,
            EventStartTime=self.since,
            EventEndTime=self.until,
            Destination={"Arn": bus},
        )
        return name


def _await_end(client: Any, name: str) -> None:
    while True:
        found = client.describe_replay(ReplayName=name)
        state = found["State"]
        if state == "COMPLETED":
            return
        if state not in ("STARTING", "RUNNING"):
            raise CommandError(
                f"The replay ended {state}: {found.get('StateReason', 'AWS does not say why')}.",
                code=PROBLEMS,
            )
        time.sleep(_POLL_SECONDS)
