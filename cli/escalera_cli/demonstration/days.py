"""Plays the days: what was before at once, then each event at its moment, with the daily looks in between."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from datetime import time as midnight
from functools import partial
from operator import itemgetter

from botocore.exceptions import BotoCoreError, ClientError

from escalera_cli.connection import Connection
from escalera_cli.demonstration.display import Clock
from escalera_cli.demonstration.settling import settled
from escalera_cli.event_files import Event, put_events
from escalera_cli.local_stack import LocalStack
from escalera_cli.pace import Pace, occurred_at, play

QUIET_LOOK = "find_quiet_customers"
PROMISE_LOOK = "find_broken_promises"
_LOOKS = (
    (QUIET_LOOK, timedelta(hours=7), timedelta(days=1)),
    (PROMISE_LOOK, timedelta(hours=3), timedelta(hours=6)),
)
"""Function, first time of day, and how often. In AWS the scheduler calls them; here its minutes would not be ours."""
LEAD_IN_SECONDS = 10.0
"""At least: what two free cores need to start all workers and to hear of some hundred orders."""
_STARTS = 12
"""How many times the start of one worker, measured, a lead-in lasts on a slower or busier machine."""

Moment = tuple[datetime, Callable[[], None]]


class Days:
    """The days from `clock.start` to `clock.end`, played on a local stack, after a lead-in of some more days.

    The stack's clock is set once, for a change of it starts every worker anew: so what was before is told while time
    runs already, and the lead-in lasts as long as the workers take to start and to hear all of it.
    """

    def __init__(
        self, stack: LocalStack, connection: Connection, *, clock: Clock, pace: Pace, told: Callable[[], int]
    ) -> None:
        """`told` says how many of Escalera's events were heard so far."""
        self._stack = stack
        self._connection = connection
        self._clock = clock
        self._pace = pace
        self._told = told
        self._bus = connection.client("events")
        self._looks = _Looks(connection)
        self._begins = clock.start
        self._started = 0.0

    def lead_in(self, events: Sequence[Event], on_passed: Callable[[float], None]) -> None:
        """Tell at once what was long before, then let the last days before the start pass."""
        lasts = max(LEAD_IN_SECONDS, _STARTS * self._looks.seconds_to_start(PROMISE_LOOK))
        self._begins = self._clock.start - timedelta(days=lasts / self._pace.day_seconds)
        old, recent = split(events, self._begins)
        self._stack.set_clock(self._begins, self._pace.scale)
        self._started = time.monotonic()
        self._put(self._begins, old)
        looks = self._looks_between(self._begins, self._clock.start)
        self._play([*self._events(recent), *looks, *self._passing(on_passed)])

    def play(self, events: Sequence[Event]) -> None:
        """Let the days pass."""
        self._play([*self._events(events), *self._looks_between(self._clock.start, self._clock.end)])

    def finish(self, *, at_most: float) -> None:
        """Wait until what came last has been dealt with."""
        settled(self._connection, self._told, at_most=at_most, quiet_for=1.0)
        self._looks.end()

    def _play(self, moments: Sequence[Moment]) -> None:
        in_order = sorted(moments, key=itemgetter(0))
        play(in_order, begins=self._begins, pace=self._pace, started=self._started)

    def _events(self, events: Sequence[Event]) -> Iterator[Moment]:
        for at, together in self._pace.together(events):
            yield at, partial(self._put, at, together)

    def _put(self, at: datetime, events: Sequence[Event]) -> None:
        self._clock.now = at
        for _ in put_events(self._bus, self._connection.output("BusName"), events):
            pass

    def _looks_between(self, start: datetime, end: datetime) -> Iterator[Moment]:
        for name, first, every in _LOOKS:
            at = datetime.combine(start.date(), midnight(), start.tzinfo) + first
            while at < end:
                if at >= start:
                    yield at, partial(self._look, at, name)
                at += every

    def _passing(self, on_passed: Callable[[float], None]) -> Iterator[Moment]:
        """Say how much of the lead-in has passed."""
        lasts, parts = self._clock.start - self._begins, 40
        for part in range(parts + 1):
            yield self._begins + lasts * part / parts, partial(on_passed, part / parts)

    def _look(self, at: datetime, name: str) -> None:
        self._clock.now = at
        self._looks.call(name)


class _Looks:
    """Calls functions beside the passing of the days; one that is still at work is not called again."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._client = connection.client("lambda")
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="look")
        self._busy: dict[str, threading.Lock] = {name: threading.Lock() for name, _, _ in _LOOKS}

    def call(self, name: str) -> None:
        """Call the function, unless it is busy."""
        if self._busy[name].acquire(blocking=False):
            self._pool.submit(self._invoke, name)

    def seconds_to_start(self, name: str) -> float:
        """How long the first call of this function takes, its start included."""
        began = time.monotonic()
        self._busy[name].acquire()
        self._invoke(name)
        return time.monotonic() - began

    def end(self) -> None:
        """Wait for calls under way; there will be no more."""
        self._pool.shutdown(cancel_futures=True)

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
