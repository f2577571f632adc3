"""`escalera redrive`: what could not be handled, and the way back for it once it is mended."""

import json
import os
import shlex
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from escalera.contracts.envelope import is_shop_source
from escalera.contracts.registry import SHOP_EVENTS
from escalera.ports.clock import Clock
from escalera_cli.connection import LOCAL, LOCAL_STATE, Connection, StageOption, StateOption, connect, no_such
from escalera_cli.dead_letters import DeadLetter, DeadLetterQueue, StaysError, still_wrong
from escalera_cli.endings import PROBLEMS, CommandError, print_json
from escalera_cli.failed_journeys import FailedJourney, FailedJourneys
from escalera_cli.progress import counted
from escalera_cli.verdicts import clock_of
from escalera_cli.ways_back import (
    ARCHIVE_RECORDS,
    JOURNEYS,
    PUBLISH_CHANGES,
    UNKNOWN_EVENTS,
    redrive_now,
    way_back,
)


def redrive(
    function: Annotated[
        str,
        typer.Argument(
            help="Whose dead letters, such as on_purchase_completed; without it, all are counted."
        ),
    ] = "",
    *,
    everything: Annotated[bool, typer.Option("--all", help="Put all of them back as they are.")] = False,
    edit: Annotated[
        bool, typer.Option("--edit", help="Mend them in your $EDITOR, then put them back.")
    ] = False,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            help="Put back the mended events of this file (as `--json` wrote it).",
            dir_okay=False,
            exists=True,
        ),
    ] = None,
    rename: Annotated[
        list[str] | None,
        typer.Option(
            "--rename",
            metavar="WRONG=RIGHT",
            help="Of unknown_events: put those called WRONG on the bus as RIGHT. May be given again.",
        ),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source",
            metavar="WRONG=RIGHT",
            help="Of unknown_events: put those of the source WRONG on the bus as of RIGHT. May be given again.",
        ),
    ] = None,
    identity: Annotated[
        list[str] | None,
        typer.Option("--id", help="Of journeys: put back only this failed journey. May be given again."),
    ] = None,
    when_healthy: Annotated[
        bool,
        typer.Option(
            "--when-healthy",
            help="Now, not at the next quarter of an hour: try what failed without a reason, of all functions.",
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="List them as JSON, to mend and give to --file; or the counts.")
    ] = False,
    stage: StageOption = LOCAL,
    state: StateOption = LOCAL_STATE,
) -> None:
    """List the events a function could not handle, with the reason, and put mended ones back.

    An event is deleted from the dead letters only once it is back in the function's inbox, so none is lost, whatever
    happens in between; those of `journeys`, once their journey has started. Mended events are checked against the contract
    first; those that are still wrong stay (exit code 1). `--all` is for when not the events were wrong but the code, and you
    have deployed better code.

    Of `publish_changes`, `--all` reads the noted changes from the table's stream again and has them told. The stream keeps
    them for 24 hours.

    `unknown_events` came by a name or a source that nobody knows, and go back onto the bus: `escalera redrive unknown_events
    --rename PurchaseComplete=PurchaseCompleted --source myshop=shop.web`.

    Of `journeys`, those that failed on their way are listed, too: the customer, the step, and why. Once what was wrong is
    repaired, `--all`, or `--id` for single ones, lets each go on from the step that failed. Nothing is sent twice by it, and
    nothing that has expired meanwhile. Step Functions allows it for 14 days.
    What failed without a reason is tried again every quarter of an hour by the stack itself: first one event, then more as
    long as they are handled. `--when-healthy` does that at once.

    With a file: `escalera redrive on_purchase_completed --json > dead.json`, mend it, then
    `escalera redrive on_purchase_completed --file dead.json`. Events that you take out of the file stay where they are.
    """
    _check_ways(
        function, everything=everything, edit=edit, file=file, correct=rename or source, identity=identity
    )
    corrections = _corrections(rename or [], source or [], function)
    if when_healthy and (function or everything or edit or file is not None or rename or source or identity):
        raise typer.BadParameter("--when-healthy looks at all functions: give it alone")
    connection = connect(stage, state)
    if when_healthy:
        _redrive_now(connection, as_json=as_json)
        return
    if not function:
        _count(connection, as_json=as_json)
        return
    failed = _failed_journeys(connection) if function == JOURNEYS else None
    if failed is not None and identity:
        raise typer.Exit(_let_go_on(failed, set(identity)))
    queue = _queue(
        connection, function, putting_back=everything or edit or file is not None or bool(corrections)
    )
    letters, clock = queue.read(), clock_of(stage, state)
    if everything:
        _put_all_back(queue, letters, failed)
    elif corrections:
        _put_back(queue, letters, _corrected(letters, corrections), judged_by=clock)
    elif edit:
        queue.release(letters)
        mended = _edited(letters)
        _put_back(queue, queue.read(), mended, judged_by=clock)
    elif file is not None:
        _put_back(queue, letters, _mended(file.read_text(encoding="utf-8"), str(file)), judged_by=clock)
    else:
        queue.release(letters)
        _list([*letters, *(failed.read() if failed else ())], as_json=as_json)


def _check_ways(
    function: str,
    *,
    everything: bool,
    edit: bool,
    file: Path | None,
    correct: list[str] | None,
    identity: list[str] | None,
) -> None:
    """Refuse what contradicts itself, or does not fit what is to be put back."""
    if everything + edit + (file is not None) + bool(correct) + bool(identity) > 1:
        raise typer.BadParameter("give one of --all, --edit, --file, --id, and --rename or --source")
    if identity and function != JOURNEYS:
        raise typer.BadParameter(f"--id is for {JOURNEYS}")
    if function in {PUBLISH_CHANGES, ARCHIVE_RECORDS} and (edit or file is not None):
        raise typer.BadParameter(
            f"{function} keeps notes of changes, not events: --all has them handled again"
        )


def _failed_journeys(connection: Connection) -> FailedJourneys:
    machines = {
        name.replace("_", "-"): str(connection.of_function("Journey", name))
        for name in connection.names_with("Journey")
    }
    return FailedJourneys(connection.client("stepfunctions"), machines)


def _put_all_back(queue: DeadLetterQueue, letters: list[DeadLetter], failed: FailedJourneys | None) -> None:
    ending = 0 if failed is None else _let_go_on(failed)
    if letters or failed is None:
        _put_back(queue, letters, {letter.id: letter.event for letter in letters}, judged_by=None)
    if ending:
        raise typer.Exit(ending)


def _let_go_on(failed: FailedJourneys, wanted: set[str] | None = None) -> int:
    """Redrive these, or all; the exit code."""
    found = [one for one in failed.read() if wanted is None or one.id in wanted]
    missing = sorted((wanted or set()) - {one.id for one in found})
    wrong = len(missing)
    for identity in missing:
        typer.echo(f"{identity}: is not among the failed journeys (any more); nothing was done.", err=True)
    done = 0
    with counted("Redriving failed journeys", len(found)) as more:
        for one in found:
            try:
                failed.redrive(one)
                done += 1
            except StaysError as error:
                typer.echo(f"{one.id}: {error}", err=True)
                wrong += 1
            more(1)
    typer.echo(f"Redrove {done} of {len(found)} failed journeys.")
    return PROBLEMS if wrong else 0


def _count(connection: Connection, *, as_json: bool) -> None:
    client = connection.client("sqs")
    counts = []
    for name in connection.names_with("DeadLetters"):
        url = connection.of_function("DeadLetters", name)
        wanted = ["ApproximateNumberOfMessages"]
        found = client.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"]
        waiting = int(found["ApproximateNumberOfMessages"])
        if name == JOURNEYS:
            waiting += _failed_journeys(connection).count()
        counts.append({"name": name, "waiting": waiting})
    if as_json:
        print_json(counts)
        return
    for one in counts:
        typer.echo(f"{one['waiting']:>6}  {one['name']}")


def _redrive_now(connection: Connection, *, as_json: bool) -> None:
    """Have the stack's own function do its round; exit code 1 where something failed again."""
    counts = redrive_now(connection)
    if as_json:
        print_json(counts)
    for name, count in sorted(counts.items()) if not as_json else ():
        if "error" in count:
            typer.echo(f"{name}: its dead letters could not be read or deleted ({count['error']})", err=True)
        elif any(count.values()):
            typer.echo(
                f"{name}: {count['handled']} handled, {count['failed']} failed again{_because(count)}, "
                f"{count['for_a_person']} with a reason stay for a person"
            )
    if not as_json and not any(any(count.values()) for count in counts.values()):
        typer.echo("There are none.")
    if any(count.get("error") or count.get("failed") for count in counts.values()):
        raise typer.Exit(PROBLEMS)


def _because(count: dict[str, Any]) -> str:
    return f" ({count['why']})" if count["why"] else ""


def _queue(connection: Connection, function: str, *, putting_back: bool) -> DeadLetterQueue:
    url = connection.of_function("DeadLetters", function)
    back = way_back(connection, function)
    if url is None:
        raise no_such("function with dead letters", function, connection.names_with("DeadLetters"))
    if putting_back and back is None:
        message = f"What {function} keeps are notes of calls that failed, not events of an inbox: they cannot be put back."
        raise CommandError(message, code=PROBLEMS)
    return DeadLetterQueue(connection.client("sqs"), url, back, shops_only=function == UNKNOWN_EVENTS)


def _corrections(rename: list[str], source: list[str], function: str) -> dict[str, dict[str, str]]:
    """What is right by what is wrong, for each field of an event that is to be corrected."""
    if (rename or source) and function != UNKNOWN_EVENTS:
        message = f"--rename and --source are for {UNKNOWN_EVENTS}: what a function hears has its right name and source"
        raise typer.BadParameter(message)
    names, sources = _pairs(rename), _pairs(source)
    for right in names.values():
        if right not in SHOP_EVENTS:
            message = f"--rename WRONG=RIGHT: a shop says no {right!r}; known are {', '.join(SHOP_EVENTS)}"
            raise typer.BadParameter(message)
    for right in sources.values():
        if not is_shop_source(right):
            message = f'--source WRONG=RIGHT: {right!r} is no shop\'s source; write "shop", or one that begins with "shop."'
            raise typer.BadParameter(message)
    found = {"detail-type": names, "source": sources}
    return {field: pairs for field, pairs in found.items() if pairs}


def _pairs(wishes: list[str]) -> dict[str, str]:
    return {wrong: right for wrong, _, right in (wish.partition("=") for wish in wishes)}


def _corrected(letters: list[DeadLetter], corrections: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Those that have something wrong which is to be corrected, as they are then."""
    found = {}
    for letter in letters:
        right = {
            field: pairs[letter.event[field]]
            for field, pairs in corrections.items()
            if letter.event.get(field) in pairs
        }
        if right:
            found[letter.id] = {**letter.event, **right}
    return found


def _list(letters: Sequence[DeadLetter | FailedJourney], *, as_json: bool) -> None:
    if as_json:
        print_json([letter.plain() for letter in letters])
        return
    for letter in letters:
        typer.echo(letter)
    if not letters:
        typer.echo("There are none.")


def _put_back(
    queue: DeadLetterQueue, letters: list[DeadLetter], mended: dict[str, Any], *, judged_by: Clock | None
) -> None:
    """Put back those in `mended` that the stack would take by this clock; without one, all of them."""
    wrong, done, stay = 0, 0, []
    with counted("Putting them back", len(letters)) as more:
        for letter in letters:
            if letter.id not in mended:
                stay.append(letter)
            elif problems := _refused(queue, letter, mended[letter.id], judged_by):
                for problem in problems:
                    typer.echo(f"{letter.id}: {problem}", err=True)
                wrong += 1
                stay.append(letter)
            else:
                done += 1
            more(1)
    queue.release(stay)
    gone = sorted(mended.keys() - {letter.id for letter in letters})
    for identity in gone:
        typer.echo(f"{identity}: is not among the dead letters (any more); nothing was done.", err=True)
    typer.echo(f"Put {done} back; {len(stay)} stay.")
    if wrong or gone:
        raise typer.Exit(PROBLEMS)


def _refused(queue: DeadLetterQueue, letter: DeadLetter, event: Any, judged_by: Clock | None) -> list[str]:
    """Put one back; why it stays, if it does."""
    if judged_by is not None and (problems := still_wrong(event, judged_by.now())):
        return problems
    body = letter.body if event == letter.event else json.dumps(event, ensure_ascii=False)
    try:
        queue.put_back(letter, body)
    except StaysError as error:
        return [str(error)]
    return []


def _edited(letters: list[DeadLetter]) -> dict[str, Any]:
    """What the operator's editor makes of them; those taken out of the file stay."""
    if not letters:
        return {}
    editor = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    with tempfile.TemporaryDirectory(prefix="escalera-") as folder:
        path = Path(folder) / "dead-letters.json"
        path.write_text(
            json.dumps([letter.plain() for letter in letters], ensure_ascii=False, indent=2), "utf-8"
        )
        if subprocess.run([*editor, str(path)], check=False).returncode:
            raise CommandError("The editor did not end well; nothing was put back.", code=PROBLEMS)
        return _mended(path.read_text(encoding="utf-8"), "the edited file")


def _mended(text: str, name: str) -> dict[str, Any]:
    try:
        return {one["id"]: one["event"] for one in json.loads(text)}
    except (json.JSONDecodeError, TypeError, KeyError) as error:
        message = (
            f"{name} is not a list of {{id, event}} as `--json` writes it ({error}); nothing was put back."
        )
        raise CommandError(message, code=PROBLEMS) from error
