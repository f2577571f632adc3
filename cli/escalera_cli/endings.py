"""How a command ends: its exit code, and what it says when it cannot go on."""

import json
from typing import Any, NoReturn

import typer

PROBLEMS = 1
"""What was asked about, or given, has problems; they are printed."""
NOT_REACHED = 3
"""What the command needs is not there: no stack, no credentials, nothing installed. The text says what to do."""

INTERRUPTED = 130
"""Ctrl-C, as a shell counts it: 128 and the signal's number."""

EXIT_CODES = (
    "Exit codes: **0** all is well; **1** there are problems, and they are printed; **2** the command was not "
    "understood; **3** what it needs is not there (no stack, no credentials, not set up); **130** it was interrupted "
    "(Ctrl-C)."
)


class CommandError(Exception):
    """The command cannot go on; the text says why and what to do."""

    def __init__(self, text: str, *, code: int = NOT_REACHED) -> None:
        super().__init__(text)
        self.code = code


def give_up(text: object, *, code: int = NOT_REACHED) -> NoReturn:
    """Say on stderr why the command cannot go on, and end it."""
    typer.echo(str(text), err=True)
    raise typer.Exit(code)


def print_json(value: Any) -> None:
    """Write for a script: indented JSON on stdout; times as ISO 8601."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
