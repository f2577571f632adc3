"""The graph of a journey, out of its file: what is drawn, and along which people are counted."""

from collections.abc import Iterator, Sequence
from typing import Any

from escalera.journeys.file_model import (
    Journey,
    PromiseStep,
    RewardStep,
    SendStep,
    TaskStep,
    WaitForStep,
    WaitStep,
)
from escalera.journeys.graph import ENTER, FINISH, LEFT, Edge, JourneyGraph, Node, NodeKind, Way
from escalera.journeys.numbered import NumberedStep, every_step, number_steps


def graph_of(journey: Journey) -> JourneyGraph:
    """The journey's graph: one node a step, under the step's own id."""
    steps = number_steps(journey)
    edges = (Edge(ENTER, steps[0].id), *_chain(steps, then=FINISH))
    ends = [Node(FINISH, NodeKind.FINISH)]
    if any(edge.target == LEFT for edge in edges):
        ends.append(Node(LEFT, NodeKind.LEFT))
    return JourneyGraph(
        name=journey.name,
        about=journey.about,
        nodes=(_entrance(journey), *map(_node, every_step(steps)), *ends),
        edges=edges,
        leaves_on=journey.leaves_on,
    )


def _entrance(journey: Journey) -> Node:
    start = journey.starts_on
    condition = None if start.condition is None else start.condition.normal_form()
    return Node(ENTER, NodeKind.ENTER, name=start.event, groups=tuple(start.group or ()), condition=condition)


def _node(numbered: NumberedStep) -> Node:  # noqa: PLR0911 - one return a verb reads best
    match numbered.step:
        case SendStep(send=message):
            return Node(numbered.id, NodeKind.SEND, message)
        case WaitStep(wait=seconds):
            return Node(numbered.id, NodeKind.WAIT, seconds=seconds)
        case WaitForStep(wait_for=event, at_most=seconds):
            return Node(numbered.id, NodeKind.WAIT_FOR, event, seconds)
        case TaskStep(task=kind, team=team, due=due):
            return Node(numbered.id, NodeKind.TASK, kind, due or 0, team or "")
        case RewardStep(reward=reward):
            return Node(numbered.id, NodeKind.REWARD, reward)
        case PromiseStep(promise=kind, due=due):
            return Node(numbered.id, NodeKind.PROMISE, kind, due or 0)
        case _:
            return Node(numbered.id, NodeKind.BRANCH)


def _chain(steps: Sequence[NumberedStep], *, then: str) -> Iterator[Edge]:
    following = [numbered.id for numbered in steps[1:]] + [then]
    for numbered, after in zip(steps, following, strict=True):
        match numbered.step:
            case WaitForStep(otherwise=otherwise):
                yield Edge(numbered.id, after, Way.HAPPENED)
                yield Edge(numbered.id, after if otherwise == "go_on" else LEFT, Way.IN_VAIN)
            case _ if numbered.ways:
                yield from _branch(numbered, then=after)
            case _:
                yield Edge(numbered.id, after)


def _branch(numbered: NumberedStep, *, then: str) -> Iterator[Edge]:
    for way in numbered.ways:
        condition: dict[str, Any] | None = None if way.condition is None else way.condition.normal_form()
        kind = Way.ELSE if condition is None else Way.CASE
        yield Edge(numbered.id, way.steps[0].id, kind, condition)
    if all(way.condition is not None for way in numbered.ways):
        yield Edge(numbered.id, then, Way.ELSE)
    for way in numbered.ways:
        yield from _chain(way.steps, then=then)
