"""Shows what takes time: bars on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from escalera_cli.local_shop import Report


@contextmanager
def steps(console: Console | None = None) -> Iterator[Report]:
    """Give a `Report`: each new text is a new step, and ends the one before."""
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield _plain(console)
        return
    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}"),
        BarColumn(24),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        current: dict[str, TaskID] = {}

        def report(text: str, done: float | None) -> None:
            if text not in current:
                for one in current.values():
                    progress.update(one, total=1, completed=1)
                current[text] = progress.add_task(text, total=None)
            if done is not None:
                progress.update(current[text], total=1, completed=done)

        yield report
        for one in current.values():
            progress.update(one, total=1, completed=1)


@contextmanager
def counted(text: str, total: int) -> Iterator[Callable[[int], object]]:
    """Give what is told how many more are done: a bar on stderr where that is a terminal, nothing elsewhere."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(24), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(text, total=total)
        yield lambda count: progress.advance(task, count)


def _plain(console: Console) -> Report:
    start, said = time.monotonic(), set[str]()

    def report(text: str, done: float | None) -> None:  # noqa: ARG001 - a line has no bar
        if text not in said:
            said.add(text)
            console.print(f"{time.monotonic() - start:5.1f} s  {text}", highlight=False)

    return report
