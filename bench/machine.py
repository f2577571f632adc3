"""Walks the compiled journeys as Step Functions would, on a clock that jumps from one thing to the next."""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from bench.house import House

Doing = Callable[[], None]


class Agenda:
    """What is to be done when, on the house's clock."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._things: list[tuple[datetime, int, Doing]] = []
        self._numbers = count()

    def at(self, when: datetime, do: Doing) -> None:
        """Do it then."""
        heapq.heappush(self._things, (when, next(self._numbers), do))

    def after(self, seconds: float, do: Doing) -> None:
        """Do it in so many seconds."""
        self.at(self.house.clock.at + timedelta(seconds=seconds), do)

    def go_on(self) -> None:
        """Do all, in order of time, until nothing is left."""
        while self._things:
            self.house.clock.at, _, do = heapq.heappop(self._things)
            do()


@dataclass
class Execution:
    """One run of a journey."""

    id: str
    definition: Mapping[str, Any]
    data: dict[str, Any]
    over: bool = False


@dataclass
class Machines:
    """All runs; `transitions` counts every state entered."""

    agenda: Agenda
    perform: Callable[[Any], Any]
    transitions: int = 0
    runs: dict[str, Execution] = field(default_factory=dict)
    waiting: dict[str, tuple[Execution, str]] = field(default_factory=dict)

    def start(self, journey: str, definition: Mapping[str, Any], event: dict[str, Any]) -> None:
        """Start a run with this event as its input."""
        run = Execution(
            f"arn:aws:states:us-east-1:123456789012:execution:{journey}:{len(self.runs)}", definition, event
        )
        self.runs[run.id] = run
        self._enter(run, definition["StartAt"])

    def wake(self, token: str) -> None:
        """A task that waits for this token is done."""
        run, then = self.waiting.pop(token, (None, ""))
        if run is not None and not run.over:
            self.agenda.after(0, lambda: self._enter(run, then))

    def stop(self, execution: str) -> None:
        """End a run."""
        self.runs[execution].over = True

    def _enter(self, run: Execution, name: str) -> None:
        if run.over:
            return
        self.transitions += 1
        state = run.definition["States"][name]
        match state["Type"]:
            case "Wait":
                seconds = state.get("Seconds", _at(run.data, state.get("SecondsPath", "$")))
                self.agenda.after(seconds, lambda: self._enter(run, state["Next"]))
            case "Choice":
                ways = [
                    one["Next"]
                    for one in state["Choices"]
                    if _at(run.data, one["Variable"]) == one["StringEquals"]
                ]
                self._enter(run, ways[0] if ways else state["Default"])
            case "Task":
                self._task(run, name, state)
            case "Succeed":
                run.over = True
            case other:
                raise AssertionError(f"{run.id} came to {name}, a {other} state")

    def _task(self, run: Execution, name: str, state: Mapping[str, Any]) -> None:
        token = f"{run.id}/{name}/{self.transitions}"
        context = {"Execution": {"Id": run.id}, "Task": {"Token": token}}
        payload = _filled(state["Parameters"]["Payload"], run.data, context)
        waits = state["Resource"].endswith(".waitForTaskToken")
        if waits:
            self.waiting[token] = (run, state["Next"])
            in_vain = state["Catch"][0]["Next"]
            self.agenda.after(state["TimeoutSeconds"], lambda: self._in_vain(token, in_vain))
            self.perform(payload)
            return
        answer = self.perform(payload)
        run.data = {
            **run.data,
            "result": _filled(state.get("ResultSelector", {}), {"Payload": answer}, context),
        }
        if state.get("End"):
            run.over = True
        else:
            self.agenda.after(0, lambda: self._enter(run, state["Next"]))

    def _in_vain(self, token: str, then: str) -> None:
        run, _ = self.waiting.pop(token, (None, ""))
        if run is not None:
            self._enter(run, then)


def _filled(template: Any, data: Any, context: Any) -> Any:
    if not isinstance(template, Mapping):
        return template
    filled: dict[str, Any] = {}
    for name, value in template.items():
        if name.endswith(".$"):
            found = _at(context, value[1:]) if value.startswith("$$") else _at(data, value)
            filled[name[:-2]] = found
        else:
            filled[name] = _filled(value, data, context)
    return filled


def _at(data: Any, path: str) -> Any:
    for part in path.split(".")[1:]:
        data = data[part]
    return data
