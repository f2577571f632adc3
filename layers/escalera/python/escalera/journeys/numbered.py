"""The steps of a journey with the ids by which state machines, the ledger and people know them."""

from collections.abc import Iterator
from dataclasses import dataclass

from escalera.journeys.durations import write_duration
from escalera.journeys.file_model import (
    BranchStep,
    Condition,
    Journey,
    PromiseStep,
    RewardStep,
    SendStep,
    Step,
    TaskStep,
    WaitForStep,
    WaitStep,
)

DAY = 86_400


@dataclass(frozen=True, slots=True)
class NumberedStep:
    """A step, its id, and where it stands in the file."""

    id: str
    step: Step
    place: tuple[str | int, ...]
    ways: "tuple[Way, ...]" = ()
    """Of a branch only: its cases in order; when it has an `else`, that stands last."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way out of a branch; `condition` is None for its `else`."""

    condition: Condition | None
    steps: tuple[NumberedStep, ...]


def number_steps(journey: Journey) -> tuple[NumberedStep, ...]:
    """The journey's steps, in order: `1-send-thank-you`, ... and `3.1.2-...` inside a branch's first case."""
    return _number(journey.steps, "", ("steps",))


def every_step(steps: tuple[NumberedStep, ...]) -> Iterator[NumberedStep]:
    """All steps, those inside branches too, in the order of the file."""
    for numbered in steps:
        yield numbered
        for way in numbered.ways:
            yield from every_step(way.steps)


def longest_way(steps: tuple[NumberedStep, ...], *, expires_after: int = 7 * DAY) -> int:
    """Seconds the longest way through these steps can take; `expires_after` bounds a send that says nothing else."""
    total = 0
    for numbered in steps:
        match numbered.step:
            case WaitStep(wait=seconds) | WaitForStep(at_most=seconds):
                total += seconds
            case SendStep(expires_after=own):
                total += own if own is not None else expires_after
            case BranchStep():
                total += max(longest_way(way.steps, expires_after=expires_after) for way in numbered.ways)
    return total


def _number(steps: tuple[Step, ...], prefix: str, place: tuple[str | int, ...]) -> tuple[NumberedStep, ...]:
    return tuple(
        NumberedStep(
            id=f"{prefix}{number}-{_says(step)}",
            step=step,
            place=(*place, number - 1),
            ways=_ways(step, f"{prefix}{number}.", (*place, number - 1, "branch"))
            if isinstance(step, BranchStep)
            else (),
        )
        for number, step in enumerate(steps, start=1)
    )


def _ways(branch: BranchStep, prefix: str, place: tuple[str | int, ...]) -> tuple[Way, ...]:
    ways = [
        Way(case.condition, _number(case.then, f"{prefix}{number}.", (*place, number - 1, "then")))
        for number, case in enumerate(branch.cases, start=1)
    ]
    if branch.otherwise:
        last = len(branch.branch)
        ways.append(Way(None, _number(branch.otherwise, f"{prefix}{last}.", (*place, last - 1, "else"))))
    return tuple(ways)


def _says(step: Step) -> str:
    match step:
        case SendStep(send=name):
            words = ("send", name)
        case WaitStep(wait=seconds):
            words = ("wait", write_duration(seconds))
        case WaitForStep(wait_for=event):
            words = ("wait-for", event)
        case TaskStep(task=name):
            words = ("task", name)
        case RewardStep(reward=name):
            words = ("reward", name)
        case PromiseStep(promise=name):
            words = ("promise", name)
        case BranchStep():
            return "branch"
    return "-".join(words)
