"""`escalera check`: what is wrong in the programme, before a customer sees it."""

from pathlib import Path
from typing import Annotated

import typer

from escalera_cli.endings import PROBLEMS, print_json
from programme_compiler import Problem, check_programme


def check(
    folder: Annotated[
        Path, typer.Argument(help="The programme's folder.", exists=True, file_okay=False)
    ] = Path("programme"),
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the problems as JSON.")] = False,
) -> None:
    """Check the programme: policy, journeys, and every message in every language.

    Each problem is one line, `file:line: what. How to mend it.`, which most editors and terminals can open. Nothing
    is sent or deployed. Run it after every change; deploying refuses a programme that has problems.
    """
    problems = check_programme(folder)
    if as_json:
        print_json([_plain(problem) for problem in problems])
    else:
        for problem in problems:
            typer.echo(problem)
    if problems:
        raise typer.Exit(PROBLEMS)


def _plain(problem: Problem) -> dict[str, str | int]:
    return {
        "file": str(problem.path),
        "line": problem.line,
        "column": problem.column,
        "what": problem.what,
        "mend": problem.mend,
    }
