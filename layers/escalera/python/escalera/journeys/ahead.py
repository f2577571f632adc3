"""What a journey will do next to somebody who stands in it: dates as far as they are certain, "perhaps" after a branch.

It knows the journey, not the future: a message may still be held by its hour or withheld by a rule, and whoever buys or
complains may leave. So an `earliest` is never too late, and `sure` means: if they stay, and if it may be sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from escalera.domain.facts import Waiting
from escalera.journeys.graph import JourneyGraph, Node, NodeKind, Way

_DONE = frozenset({NodeKind.SEND, NodeKind.TASK, NodeKind.REWARD, NodeKind.PROMISE})


@dataclass(frozen=True, slots=True)
class Ahead:
    """Something that the journey will do, at some time in between."""

    node: Node
    earliest: datetime
    latest: datetime
    sure: bool
    """Every way from there to the end passes it."""


def look_ahead(graph: JourneyGraph, waiting: Waiting, now: datetime) -> tuple[Ahead, ...]:
    """What may still be done to one who waits or is held there, in the order of the journey.

    Nothing for one who stands in an earlier version of it. What should have been done by now is about to be: it is given as of now.
    """
    if graph.node(waiting.step) is None:
        return ()
    arrivals = dict(_arrivals(graph, waiting, now))
    ways_from = _ways_to_the_end(graph)
    ways_to = _ways_from(graph, waiting.step)
    every = ways_from[waiting.step]
    return tuple(
        Ahead(
            node,
            earliest=max(now, arrivals[node.id][0]),
            latest=max(now, arrivals[node.id][1]),
            sure=ways_to[node.id] * ways_from[node.id] == every,
        )
        for node in graph.nodes
        if node.id in arrivals and node.kind in _DONE
    )


def stands_at(graph: JourneyGraph, waiting: Waiting, now: datetime) -> str:
    """The node they stand at now: where it was noted, or in a wait after it that nobody is told of."""
    at, until = waiting.step, waiting.until
    for node in graph.silent_chain(waiting.step):
        if now < until:
            break
        at, until = node.id, until + timedelta(seconds=node.seconds)
    return at


def _arrivals(
    graph: JourneyGraph, waiting: Waiting, now: datetime
) -> Iterator[tuple[str, tuple[datetime, datetime]]]:
    """When one may come to each node that lies ahead, earliest and latest."""
    here: dict[str, tuple[datetime, datetime]] = {waiting.step: (waiting.until, waiting.until)}
    for node in graph.nodes:
        if node.id not in here:
            continue
        yield node.id, here[node.id]
        for edge in graph.onward(node.id):
            if node.id == waiting.step:
                waits = node.kind is NodeKind.WAIT_FOR and edge.way is Way.HAPPENED and now < waiting.until
                leaves = (now if waits else waiting.until, waiting.until)
            else:
                leaves = _departure(node, edge.way, *here[node.id])
            known = here.get(edge.target, leaves)
            here[edge.target] = (min(known[0], leaves[0]), max(known[1], leaves[1]))


def _departure(node: Node, way: Way, earliest: datetime, latest: datetime) -> tuple[datetime, datetime]:
    length = timedelta(seconds=node.seconds)
    if node.kind is NodeKind.WAIT or way is Way.IN_VAIN:
        return earliest + length, latest + length
    if node.kind is NodeKind.WAIT_FOR:
        return earliest, latest + length
    return earliest, latest


def _ways_to_the_end(graph: JourneyGraph) -> dict[str, int]:
    """How many ways lead from each node to an end."""
    ways: dict[str, int] = {}
    for node in reversed(graph.nodes):
        onward = graph.onward(node.id)
        ways[node.id] = sum(ways[edge.target] for edge in onward) if onward else 1
    return ways


def _ways_from(graph: JourneyGraph, start: str) -> dict[str, int]:
    """How many ways lead from `start` to each node."""
    ways = {node.id: 0 for node in graph.nodes}
    ways[start] = 1
    for node in graph.nodes:
        for edge in graph.onward(node.id):
            ways[edge.target] += ways[node.id]
    return ways
