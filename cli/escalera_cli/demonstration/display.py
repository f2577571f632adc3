"""Shows the days as they pass: a live board on a terminal, a line per happening elsewhere."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from escalera_cli.demonstration.diary import Diary, Happening

_LINES = 12
_REFRESH_SECONDS = 0.25
_STYLES = {
    "bought": "green",
    "wrote": "cyan",
    "withheld": "dim",
    "quiet": "yellow",
    "returned": "bold green",
    "complaint": "magenta",
    "answered": "magenta",
    "solved": "magenta",
    "promise": "magenta",
    "bounced": "red",
    "failed": "bold red",
}


class Clock:
    """Which simulated day it is, for whoever shows it."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.start, self.end = start, end
        self.now = start

    @property
    def share(self) -> float:
        """How much of the time has passed, 0 to 1."""
        return min(max((self.now - self.start) / (self.end - self.start), 0.0), 1.0)


@contextmanager
def shown(diary: Diary, clock: Clock, console: Console) -> Iterator[None]:
    """Show the diary as it is written, for as long as the context lasts."""
    ended = threading.Event()
    show = _show_board if console.is_terminal else _print_lines
    thread = threading.Thread(target=show, args=(diary, clock, console, ended), name="display", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(timeout=5)


def _print_lines(diary: Diary, _clock: Clock, console: Console, ended: threading.Event) -> None:
    seen = 0
    while True:
        last = ended.wait(_REFRESH_SECONDS)
        for one in diary.since(seen):
            seen += 1
            console.print(_line(one), soft_wrap=True)
        if last:
            return


def _show_board(diary: Diary, clock: Clock, console: Console, ended: threading.Event) -> None:
    with Live(_board(diary, clock), console=console, auto_refresh=False) as live:
        while not ended.wait(_REFRESH_SECONDS):
            live.update(_board(diary, clock), refresh=True)
        live.update(_board(diary, clock), refresh=True)


def _board(diary: Diary, clock: Clock) -> Group:
    day = min((clock.now - clock.start) // timedelta(days=1) + 1, (clock.end - clock.start).days)
    head = Table.grid(padding=(0, 2))
    title = f"Day {day} of {(clock.end - clock.start).days}, {clock.now:%d %B %Y}"
    head.add_row(title, ProgressBar(total=1.0, completed=clock.share, width=40))
    heard = diary.heard
    figures = Table.grid(padding=(0, 3))
    for row in (
        (
            ("purchases", heard["PurchaseRecorded"]),
            ("thank-yous", diary.sent(message="order-thanks")),
            ("e-mails", diary.sent(channel="email")),
            ("texts", diary.sent(channel="sms")),
        ),
        (
            ("silences noticed", heard["CustomerWentQuiet"]),
            ("win-back messages", diary.sent(journey="win-back")),
            ("returned", heard["CustomerReturned"]),
            ("withheld", sum(diary.withheld.values())),
        ),
        (
            ("complaints", heard["ComplaintOpened"]),
            ("solved", heard["ComplaintClosed"]),
            ("promises kept", heard["PromiseKept"]),
            ("promises broken", heard["PromiseBroken"]),
        ),
    ):
        figures.add_row(*(f"[bold]{count:>4}[/] {escape(name)}" for name, count in row))
    latest = diary.since(0)[-_LINES:]
    lines = [_line(one) for one in latest] + [Text()] * (_LINES - len(latest))
    return Group(Text(), head, Text(), figures, Text(), *lines)


def _line(one: Happening) -> Text:
    text = Text(f"{one.at:%d %b %H:%M}  {one.text}", style=_STYLES.get(one.kind, ""))
    text.no_wrap, text.overflow = True, "ellipsis"
    return text
