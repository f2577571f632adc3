"""What the stack would do with an event, by the rules that its functions follow: the contract, and their clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from escalera.contracts.envelope import is_shop_source
from escalera.contracts.error_messages import FieldProblem, problems_of
from escalera.contracts.registry import SHOP_EVENTS
from escalera.ports.clock import Clock
from escalera.runtime.clock import SystemClock, clock_from
from escalera.use_cases.read_events import read_shop_event
from escalera.use_cases.recording import in_the_future
from escalera_cli.connection import LOCAL
from escalera_cli.local_stack import LocalStack, LocalStackError


class Verdict(StrEnum):
    """Whether the stack takes an event."""

    ACCEPTED = "accepted"
    WARNED = "accepted with warnings"
    """Without some of what is optional in it."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Judged:
    """An event and the verdict on it."""

    number: int
    """Its place in the file, from 1."""
    title: str
    problems: Sequence[FieldProblem] = field(default=())
    """Why it is refused."""
    warnings: Sequence[FieldProblem] = field(default=())
    """What is left out of it, and why."""

    @property
    def verdict(self) -> Verdict:
        """One problem is enough."""
        if self.problems:
            return Verdict.REFUSED
        return Verdict.WARNED if self.warnings else Verdict.ACCEPTED

    def __str__(self) -> str:
        """For a terminal, a line for each problem."""
        head = f"event {self.number} ({self.title}) {self.verdict}"
        return "\n".join(f"{head}: {one}" for one in self.problems or self.warnings) or head

    def plain(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {
            "event": self.number,
            "title": self.title,
            "verdict": self.verdict.value,
            "problems": [one.plain() for one in self.problems],
            "warnings": [one.plain() for one in self.warnings],
        }


def judge_all(events: Sequence[Any], clock: Clock) -> list[Judged]:
    """The verdicts, in the order of the events."""
    now = clock.now()
    return [Judged(number, title(event), *_judged(event, now)) for number, event in enumerate(events, 1)]


def problems_with(event: Any, now: datetime) -> Sequence[FieldProblem]:
    """Why the stack would not take a shop's event; empty when it would."""
    return _judged(event, now)[0]


def _judged(event: Any, now: datetime) -> tuple[Sequence[FieldProblem], Sequence[FieldProblem]]:
    """Why the stack would not take it; and what it would leave out of it."""
    if not isinstance(event, dict):
        remedy = "write a JSON object with source, detail-type and detail"
        return [FieldProblem("the whole", "is no event", remedy)], ()
    found = []
    if not is_of_a_shop(event):
        remedy = 'write "shop", or a name that begins with "shop."'
        found.append(FieldProblem("source", f"is {event.get('source')!r}", remedy))
    name = event.get("detail-type")
    if not isinstance(name, str) or name not in SHOP_EVENTS:
        remedy = f"write {_near(name)}{', '.join(SHOP_EVENTS)}"
        return [*found, FieldProblem("detail-type", f"is {name!r}", remedy)], ()
    try:
        read, warnings = read_shop_event(SHOP_EVENTS[name], event.get("detail"))
    except ValidationError as error:
        return [*found, *problems_of(error)], ()
    ahead = in_the_future(read.occurred_at, now)
    return [*found, ahead] if ahead else found, warnings


def clock_of(stage: str, state: Path) -> Clock:
    """The clock that the functions of this stage follow: the local stack's may be set to another time."""
    if stage == LOCAL:
        try:
            return clock_from(LocalStack.attach(state).settings()["clock"] or {})
        except LocalStackError:
            pass  # an event can be checked before any stack runs
    return SystemClock()


def is_of_a_shop(event: Any) -> bool:
    """Whether a shop says it, by its source."""
    return isinstance(event, dict) and is_shop_source(event.get("source"))


def title(event: Any) -> str:
    """How to speak of an event: its name and its producer's id."""
    if not isinstance(event, dict):
        return "no event"
    detail = event.get("detail")
    identity = detail.get("event_id") if isinstance(detail, dict) else None
    return " ".join(
        str(part) for part in (event.get("detail-type") or "an event without a name", identity) if part
    )


def _near(name: Any) -> str:
    near = get_close_matches(name, SHOP_EVENTS, n=1) if isinstance(name, str) else []
    return f"{near[0]}, which is near, or another one of " if near else "one of "
