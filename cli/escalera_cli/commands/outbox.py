"""`escalera outbox`: what the local stack would have sent."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from escalera_cli.connection import LOCAL_STATE, StateOption
from escalera_cli.endings import PROBLEMS, CommandError, print_json
from escalera_cli.local_stack.outbox import Sent, SentText, everything_sent

_UNCUT = 10_000
"""Columns, where no terminal is that would break lines."""


def outbox(
    number: Annotated[int | None, typer.Argument(help="Show this one whole.", min=1)] = None,
    *,
    to: Annotated[str, typer.Option(help="Only those whose address or phone holds this.")] = "",
    html: Annotated[bool, typer.Option(help="Of an e-mail, print the HTML.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    state: StateOption = LOCAL_STATE,
) -> None:
    """List the e-mails and texts of the local stack, or show one of them.

    They stay until the next local stack starts. Times are those of the simulated clock. Nothing here was really sent.
    """
    sent = [(index, one) for index, one in enumerate(_everything(state), 1) if to.lower() in one.to.lower()]
    if number is not None:
        found = dict(sent).get(number)
        if found is None:
            raise CommandError(
                f"There is no number {number} in the outbox; it has {len(sent)}.", code=PROBLEMS
            )
        _show(found, html=html, as_json=as_json)
    elif as_json:
        print_json([{"number": index, **_plain(one)} for index, one in sent])
    else:
        _list(sent)


def _everything(state: Path) -> list[Sent]:
    folder = state / "outbox"
    if not folder.is_dir():
        raise CommandError(f"There is no outbox in {state}: run `escalera demo` or `escalera up` first.")
    return everything_sent(folder)


def _list(sent: list[tuple[int, Sent]]) -> None:
    if not sent:
        typer.echo("Nothing was sent.")
        return
    table = Table("", "when", "", "to", box=None, header_style="bold")
    table.columns[0].justify = "right"
    for column in table.columns:
        column.no_wrap = (
            True  # keeps its width, whatever the last one wants: by the number one is shown whole
        )
    table.add_column("subject or text")
    for index, one in sent:
        title = Text(" ".join(one.title.split()), no_wrap=True, overflow="ellipsis")
        table.add_row(str(index), f"{one.at:%Y-%m-%d %H:%M}", one.channel, one.to, title)
    console = Console()
    console.width = console.width if console.is_terminal else _UNCUT
    console.print(table)


def _show(one: Sent, *, html: bool, as_json: bool) -> None:
    if as_json:
        print_json(_plain(one))
    elif isinstance(one.whole, SentText):
        typer.echo(f"{one.at:%Y-%m-%d %H:%M}  text to {one.to}\n\n{one.whole.message}")
    elif html:
        typer.echo(one.whole.html)
    else:
        mail = one.whole
        head = {"From": mail.sender, "To": one.to, "Subject": mail.subject, "File": str(mail.file)}
        typer.echo(f"{one.at:%Y-%m-%d %H:%M}  e-mail")
        for name, value in head.items():
            typer.echo(f"{name + ':':9}{value}")
        typer.echo(f"\n{mail.text}")


def _plain(one: Sent) -> dict[str, Any]:
    return {"at": one.at.isoformat(), "channel": one.channel, "to": one.to} | {
        name: value for name, value in vars(one.whole).items() if name != "at"
    }
