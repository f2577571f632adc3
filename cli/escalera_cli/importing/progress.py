"""Shows how far an import is: bars on a terminal, a line for each step elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class Bars:
    """Steps of something long, each with a bar if it is known how long it is."""

    def __init__(self, console: Console | None, progress: Progress | None) -> None:
        """console: where lines go when there are no bars; None says nothing."""
        self._console, self._progress = console, progress

    def say(self, text: str) -> None:
        """Name the step that begins."""
        if self._progress is not None:
            self._progress.console.print(text, highlight=False)
        elif self._console is not None:
            self._console.print(text, highlight=False)

    def of(self, text: str, total: int, *, unit: str = "bytes") -> Callable[[int], None]:
        """A step of so much; the answer is told of each further piece."""
        if self._progress is None:
            self.say(text)
            return lambda _: None
        progress = self._progress
        task = progress.add_task(text, total=total, unit=unit)
        return lambda more: progress.update(task, advance=more)

    def up_to(self, text: str, total: int) -> Callable[[Path, int], None]:
        """A step of several files of so many bytes; the answer is told of each file how far it was read."""
        if self._progress is None:
            self.say(text)
            return lambda *_: None
        progress, done = self._progress, dict[Path, int]()
        task = progress.add_task(text, total=total, unit="bytes")

        def seen(path: Path, read: int) -> None:
            done[path] = read
            progress.update(task, completed=sum(done.values()))

        return seen


@contextmanager
def bars(*, quiet: bool = False, console: Console | None = None) -> Iterator[Bars]:
    """Bars on stderr, as long as the context lasts."""
    console = console or Console(stderr=True)
    if quiet or not console.is_terminal:
        yield Bars(None if quiet else console, None)
        return
    columns = (
        TextColumn("{task.description:22}"),
        BarColumn(32),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.completed:,} of {task.total:,} {task.fields[unit]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        yield Bars(None, progress)
