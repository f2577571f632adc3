"""A journey as a graph: what stands where, and which way leads on. For drawing, counting people and looking ahead.

Made when the programme is compiled, and kept in a file of its own: only what shows journeys reads it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from escalera.journeys.compiled import PROGRAMME_VERSION, same_release


class NodeKind(StrEnum):
    """What a node is: a step by its verb, or one of the journey's ends."""

    ENTER = "enter"
    SEND = "send"
    TASK = "task"
    REWARD = "reward"
    PROMISE = "promise"
    WAIT = "wait"
    WAIT_FOR = "wait_for"
    BRANCH = "branch"
    FINISH = "finish"
    LEFT = "left"
    """Waited in vain for what the journey cannot do without."""


class Way(StrEnum):
    """Why one goes along an edge."""

    THEN = "then"
    CASE = "case"
    """The edge's condition holds, and none of the cases before it."""
    ELSE = "else"
    """None of the branch's conditions holds."""
    HAPPENED = "happened"
    """What was waited for came."""
    IN_VAIN = "in_vain"
    """It did not come in time."""


ENTER = "enter"
FINISH = "finish"
LEFT = "left"
PASSIVE = frozenset({NodeKind.WAIT, NodeKind.WAIT_FOR})
"""Where nothing is done: people stand there until their time comes."""


@dataclass(frozen=True, slots=True)
class Node:
    """One step, by the id under which state machines and the ledger know it."""

    id: str
    kind: NodeKind
    name: str = ""
    """The message, task, reward or promise; of `wait_for` and `enter`, the event."""
    seconds: int = 0
    """How long a wait lasts; of `wait_for`, at most; of a task or promise, by when it is due (0: not said)."""
    team: str = ""
    groups: tuple[str, ...] = ()
    """Of `enter`: which groups its event is about, if it is about groups."""
    condition: Mapping[str, Any] | None = None
    """Of `enter`: who enters, in the normal form that `escalera.journeys.conditions` reads."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A way from one node to the next. The edges of a branch stand in the order in which they are asked."""

    source: str
    target: str
    way: Way = Way.THEN
    condition: Mapping[str, Any] | None = None
    """Of a case: in the normal form that `escalera.journeys.conditions` reads."""


@dataclass(frozen=True, slots=True)
class JourneyGraph:
    """One journey. Without circles: no way comes back to where it was."""

    name: str
    about: str
    nodes: tuple[Node, ...]
    """In the order of the file, between the entrance and the ends: every edge leads to a later one."""
    edges: tuple[Edge, ...]
    leaves_on: tuple[str, ...] = ()
    """The events that end it at once, wherever one stands."""
    _by_id: Mapping[str, Node] = field(init=False, repr=False, compare=False)
    _onward: Mapping[str, tuple[Edge, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        onward: dict[str, tuple[Edge, ...]] = {}
        for edge in self.edges:
            onward[edge.source] = (*onward.get(edge.source, ()), edge)
        object.__setattr__(self, "_by_id", {node.id: node for node in self.nodes})
        object.__setattr__(self, "_onward", onward)

    def node(self, node_id: str) -> Node | None:
        """The node of this id; None for one of an earlier version of the journey."""
        return self._by_id.get(node_id)

    def onward(self, node_id: str) -> tuple[Edge, ...]:
        """The ways that lead on from a node; none from an end."""
        return self._onward.get(node_id, ())

    def silent_chain(self, node_id: str) -> Iterator[Node]:
        """The waits that follow this one with nothing done between: nobody notes when somebody goes over to them."""
        start = self.node(node_id)
        if start is None or start.kind not in PASSIVE:
            return
        ways = {edge.target for edge in self.onward(node_id)}
        while len(ways) == 1:
            node = self._by_id[ways.pop()]
            if node.kind is not NodeKind.WAIT:
                return
            yield node
            ways = {edge.target for edge in self.onward(node.id)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        return cls(
            name=data["name"],
            about=data["about"],
            nodes=tuple(map(_node, data["nodes"])),
            edges=tuple(Edge(**{**edge, "way": Way(edge["way"])}) for edge in data["edges"]),
            leaves_on=tuple(data["leaves_on"]),
        )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; what a node or an edge does not say is left out."""
        return {
            "name": self.name,
            "about": self.about,
            "nodes": [_said(asdict(node)) for node in self.nodes],
            "edges": [_said(asdict(edge)) for edge in self.edges],
            "leaves_on": list(self.leaves_on),
        }


def _node(data: Mapping[str, Any]) -> Node:
    return Node(**{**data, "kind": NodeKind(data["kind"]), "groups": tuple(data.get("groups", ()))})


def graphs_to_json(graphs: Iterable[JourneyGraph]) -> dict[str, Any]:
    """The graphs of a programme, as its layer keeps them."""
    return {"version": PROGRAMME_VERSION, "journeys": [graph.to_json() for graph in graphs]}


def graphs_from_json(data: Mapping[str, Any]) -> dict[str, JourneyGraph]:
    """By name, what `graphs_to_json` wrote; ValueError if it was compiled for another release of this code."""
    graphs = map(JourneyGraph.from_json, same_release(data)["journeys"])
    return {graph.name: graph for graph in graphs}


def _said(written: dict[str, Any]) -> dict[str, Any]:
    return {
        key: str(value) if isinstance(value, StrEnum) else value for key, value in written.items() if value
    }
