"""Plays the days: the prologue at once, then each event at its moment, with the daily looks in between."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter

from botocore.exceptions import BotoCoreError, ClientError

from escalera_cli.connection import Connection
from escalera_cli.demonstration.display import Clock
from escalera_cli.event_files import Event, put_events
from escalera_cli.local_shop import drain
from escalera_cli.local_stack import LocalStack
from escalera_cli.pace import Pace, occurred_at, play

QUIET_LOOK = "find_quiet_customers"
PROMISE_LOOK = "find_broken_promises"
_LOOKS = (
    (QUIET_LOOK, timedelta(hours=7), timedelta(days=1)),
    (PROMISE_LOOK, timedelta(hours=3), timedelta(hours=6)),
)
"""Function, first time of day, and how often. In AWS the scheduler calls them; here its minutes would not be ours."""
_DRAIN_SECONDS = 30

Moment = tuple[datetime, Callable[[], None]]


class Days:
    """The days from `clock.start` to `clock.end`, played on a local stack."""

    def __init__(self, stack: LocalStack, connection: Connection, *, clock: Clock, pace: Pace) -> None:
        self._stack = stack
        self._connection = connection
        self._clock = clock
        self._pace = pace
        self._bus = connection.client("events")
        self._looks = _Looks(connection)

    def prologue(self, events: Sequence[Event], on_put: Callable[[float], None]) -> None:
        """Tell what was before, while the clock stands at the beginning; come back once all of it is recorded."""
        self._stack.set_clock(self._clock.start, 1.0)
        done = 0
        for count in put_events(self._bus, self._connection.output("BusName"), events):
            done += count
            on_put(done / len(events))
        drain(self._connection, self._inboxes(), at_most=_DRAIN_SECONDS)

    def play(self, events: Sequence[Event]) -> None:
        """Let the days pass."""
        self._stack.set_clock(self._clock.start, self._pace.scale)
        moments = sorted([*self._events(events), *self._looks_at()], key=itemgetter(0))
        with self._looks:
            play(moments, begins=self._clock.start, pace=self._pace)

    def finish(self, *, at_most: float) -> None:
        """Wait until what came last has been dealt with."""
        drain(self._connection, self._inboxes(), at_most=at_most, quiet_for=1.0)

    def _events(self, events: Sequence[Event]) -> Iterator[Moment]:
        for at, together in self._pace.together(events):
            yield at, partial(self._put, at, together)

    def _put(self, at: datetime, events: Sequence[Event]) -> None:
        self._clock.now = at
        for _ in put_events(self._bus, self._connection.output("BusName"), events):
            pass

    def _looks_at(self) -> Iterator[Moment]:
        for name, first, every in _LOOKS:
            at = self._clock.start + first
            while at < self._clock.end:
                yield at, partial(self._look, at, name)
                at += every
        yield self._clock.end, partial(self._look, self._clock.end, PROMISE_LOOK)

    def _look(self, at: datetime, name: str) -> None:
        self._clock.now = at
        self._looks.call(name)

    def _inboxes(self) -> list[str]:
        return [url for name, url in self._connection.outputs.items() if name.startswith("Inbox")]


class _Looks:
    """Calls functions beside the passing of the days; one that is still at work is not called again."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._client = connection.client("lambda")
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="look")
        self._busy: dict[str, threading.Lock] = {name: threading.Lock() for name, _, _ in _LOOKS}

    def __enter__(self) -> None:
        """Ready."""

    def __exit__(self, *_: object) -> None:
        """Wait for calls under way."""
        self._pool.shutdown(cancel_futures=True)

    def call(self, name: str) -> None:
        """Call the function, unless it is busy."""
        if self._busy[name].acquire(blocking=False):
            self._pool.submit(self._invoke, name)

    def _invoke(self, name: str) -> None:
        try:
            function = self._connection.of_function("Function", name)
            if function:
                self._client.invoke(FunctionName=function, Payload=b"{}")
        except (BotoCoreError, ClientError):
            pass  # the next look sees what this one missed
        finally:
            self._busy[name].release()


def split(events: Sequence[Event], start: datetime) -> tuple[list[Event], list[Event]]:
    """The prologue, and what follows it."""
    before = [event for event in events if occurred_at(event) < start]
    return before, list(events[len(before) :])
