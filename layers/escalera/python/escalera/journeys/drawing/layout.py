"""Where the steps of a journey stand when it is drawn: from top to bottom, the ways of a branch side by side.

A journey is made of chains and of branches whose ways meet again, so a drawing is made of blocks: a chain stacks its
steps, a branch sets the blocks of its ways beside one another. No line ever crosses another or a step.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from textwrap import wrap

from escalera.journeys.graph import ENTER, LEFT, Edge, JourneyGraph, Node, NodeKind, Way
from escalera.journeys.graph_words import NodeWords, edge_words, node_words

WIDTH = 200
PILL_WIDTH = 168
LINE = 18
PADDING = 12
BETWEEN = 36
"""From the foot of a step to the head of the next."""
BESIDE = 28
RAIL = 16
"""How far below a branch, and above where its ways meet, the lines run sideways."""
LANE = 120
"""The width of a way on which nothing happens."""
_LETTERS = 27
_LANE_LETTERS = 18
_MOST_LINES = 3

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Box:
    """A step as drawn; `x` and `y` are its upper left corner."""

    node: Node
    words: NodeWords
    title: tuple[str, ...]
    """The title in lines that fit."""
    detail: tuple[str, ...]
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Label:
    """Why one goes this way, in lines; `x` is their middle, `y` the top."""

    lines: tuple[str, ...]
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """A way, as corners of a line."""

    points: tuple[Point, ...]
    ends: bool = True
    """Whether it ends at a step (with an arrow), or runs into another line."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole drawing."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    labels: tuple[Label, ...]


def lay_out(graph: JourneyGraph) -> Picture:
    """Where everything of this journey stands, in pixels from the upper left corner."""
    block = _Layout(graph).chain(ENTER, stop=None)
    margin = PADDING
    whole = block.moved(margin - block.left, margin)
    return Picture(
        width=block.right - block.left + 2 * margin,
        height=block.height + 2 * margin,
        boxes=tuple(whole.boxes),
        lines=tuple(whole.lines),
        labels=tuple(whole.labels),
    )


@dataclass(slots=True)
class _Block:
    """Things set in place about a middle line (x = 0), from y = 0 downwards; lines enter and leave on that line."""

    left: int = 0
    right: int = 0
    height: int = 0
    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    def moved(self, x: int, y: int) -> "_Block":
        """The same, elsewhere."""
        return _Block(
            self.left + x,
            self.right + x,
            self.height,
            [replace(box, x=box.x + x, y=box.y + y) for box in self.boxes],
            [replace(line, points=tuple((px + x, py + y) for px, py in line.points)) for line in self.lines],
            [replace(label, x=label.x + x, y=label.y + y) for label in self.labels],
        )

    def take(self, other: "_Block") -> None:
        """Put the things of the other among one's own, where they stand."""
        self.left, self.right = min(self.left, other.left), max(self.right, other.right)
        self.boxes += other.boxes
        self.lines += other.lines
        self.labels += other.labels


class _Layout:
    def __init__(self, graph: JourneyGraph) -> None:
        self._graph = graph

    def chain(self, start: str, *, stop: str | None) -> _Block:
        """The steps from `start` until `stop`, or to the end."""
        block, at = _Block(), start
        while at != stop:
            node = self._node(at)
            if block.height:
                self._arrow(block, to=block.height + BETWEEN)
                block.height += BETWEEN
            box = _box(node, block.height)
            block.take(_Block(box.x, box.x + box.width, boxes=[box]))
            block.height += box.height
            onward = self._graph.onward(at)
            if not onward:
                break
            if len({edge.target for edge in onward if edge.target != LEFT}) > 1:
                at = self._joins[at]
                self._branch(block, onward, join=at)
            else:
                self._beside(block, box, onward)
                at = onward[0].target
        return block

    def _branch(self, block: _Block, onward: tuple[Edge, ...], *, join: str) -> None:
        ways = [self._way(edge, join=join) for edge in onward]
        widths = [way.right - way.left for way in ways]
        x = -(sum(widths) + BESIDE * (len(ways) - 1)) // 2
        top = block.height
        foot = top + max(way.height for way in ways) + RAIL
        middles = []
        for way, width in zip(ways, widths, strict=True):
            middle = x - way.left
            middles.append(middle)
            block.take(way.moved(middle, top))
            block.lines.append(Line(((middle, top + way.height), (middle, foot)), ends=False))
            x += width + BESIDE
        for y in (top + RAIL, foot):
            block.lines.append(Line(((min(0, *middles), y), (max(0, *middles), y)), ends=False))
        block.lines.append(Line(((0, top), (0, top + RAIL)), ends=False))
        block.height = foot

    def _way(self, edge: Edge, *, join: str) -> _Block:
        """One way of a branch: from the rail that it begins at, past its condition, to where it ends."""
        empty = edge.target == join
        said = _lines(edge_words(edge, self._node(edge.source)), _LANE_LETTERS if empty else _LETTERS)
        half = (LANE if empty else WIDTH) // 2
        head = RAIL + LINE // 2
        way = _Block(-half, half, height=head + LINE * len(said) + LINE // 2)
        way.labels.append(Label(said, 0, head))
        way.lines.append(Line(((0, RAIL), (0, head)), ends=False))
        below = way.height
        if empty:
            return way
        steps = self.chain(edge.target, stop=join)
        way.lines.append(Line(((0, below), (0, below + RAIL))))
        way.take(steps.moved(0, below + RAIL))
        way.height = below + RAIL + steps.height
        return way

    def _beside(self, block: _Block, box: Box, onward: tuple[Edge, ...]) -> None:
        """The way out of a wait that was in vain, to the right of it."""
        for edge in onward:
            if edge.way is Way.IN_VAIN and edge.target == LEFT:
                said = _lines(edge_words(edge, box.node), _LANE_LETTERS)
                exit_box = _box(self._node(LEFT), 0)
                right, middle = box.x + box.width, box.y + box.height // 2
                away = right + LANE
                block.labels.append(Label(said, right + LANE // 2, middle - LINE * len(said) - 4))
                block.lines.append(Line(((right, middle), (away, middle))))
                placed = replace(exit_box, x=away, y=middle - exit_box.height // 2)
                block.take(_Block(right=away + exit_box.width, boxes=[placed]))

    def _arrow(self, block: _Block, *, to: int) -> None:
        block.lines.append(Line(((0, block.height), (0, to))))

    def _node(self, node_id: str) -> Node:
        node = self._graph.node(node_id)
        if node is None:
            message = (
                f"the graph of {self._graph.name} leads to {node_id}, which is not in it: compile it again"
            )
            raise ValueError(message)
        return node

    @cached_property
    def _joins(self) -> dict[str, str]:
        """For each node the nearest one that every way from it passes, its own end by leaving apart."""
        passed: dict[str, list[str]] = {}
        for node in reversed(self._graph.nodes):
            ways = [passed[edge.target] for edge in self._graph.onward(node.id) if edge.target != LEFT]
            common = [one for one in ways[0] if all(one in way for way in ways[1:])] if ways else []
            passed[node.id] = [node.id, *common]
        return {node_id: after[1] for node_id, after in passed.items() if len(after) > 1}


def _box(node: Node, y: int) -> Box:
    words = node_words(node)
    title = _lines(words.title, _LETTERS)
    small = node.kind in (NodeKind.FINISH, NodeKind.LEFT)
    width = PILL_WIDTH if small else WIDTH
    detail = _lines(words.detail, _LETTERS)
    rows = 1 + len(title) + len(detail)
    return Box(node, words, title, detail, -width // 2, y, width, rows * LINE + PADDING)


def _lines(text: str, letters: int) -> tuple[str, ...]:
    lines = wrap(text, letters)
    if len(lines) <= _MOST_LINES:
        return tuple(lines)
    return (*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1][: letters - 1].rstrip() + "…")
