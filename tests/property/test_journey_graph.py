"""Whatever journey a shop may write, its graph is the way its state machine goes, and can be drawn and looked ahead in."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from escalera.domain.facts import Waiting
from escalera.journeys.ahead import look_ahead, stands_at
from escalera.journeys.drawing.layout import Box, Picture, lay_out
from escalera.journeys.graph import ENTER, FINISH, LEFT, PASSIVE, JourneyGraph
from escalera.journeys.numbered import every_step, number_steps
from infra.journey_compiler import compile_journey
from programme_compiler.graphs import graph_of
from tests.fakes.journey_files import journeys

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:perform-step"
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
graphs = journeys.map(graph_of)


def waits(step: str, until: datetime) -> Waiting:
    return Waiting(step, NOW, until)


@given(journeys)
def test_every_step_of_the_file_is_a_node_and_every_node_but_the_ends_leads_on(journey):
    graph = graph_of(journey)
    steps = [numbered.id for numbered in every_step(number_steps(journey))]
    assert [node.id for node in graph.nodes if node.id not in (ENTER, FINISH, LEFT)] == steps
    for node in graph.nodes:
        assert bool(graph.onward(node.id)) == (node.id not in (FINISH, LEFT))


@given(graphs)
def test_no_way_leads_back(graph):
    order = {node.id: place for place, node in enumerate(graph.nodes)}
    assert all(order[edge.source] < order[edge.target] for edge in graph.edges)


@given(journeys)
def test_the_graph_goes_the_ways_of_the_state_machine(journey):
    graph = graph_of(journey)
    states = compile_journey(journey, perform_step_arn=ARN)["States"]
    names = {node.id for node in graph.nodes} - {LEFT}

    def next_of(name: str) -> set[str]:
        state = states[name]
        caught = [
            rule["Next"] for rule in state.get("Catch", ()) if rule["ErrorEquals"] == ["States.Timeout"]
        ]
        ways = {state.get("Next"), state.get("Default"), *caught}
        ways |= {rule["Next"] for rule in state.get("Choices", ()) if not rule["Next"].endswith(" hold")}
        found: set[str] = set()
        for way in ways - {None, "left"}:
            found |= {way} if way in names else {LEFT} if way == "finish as left" else next_of(way)
        return found

    for name in names - {FINISH}:
        assert {edge.target for edge in graph.onward(name)} == next_of(name)


@given(graphs)
def test_a_picture_shows_every_node_once_but_exits_where_they_are_taken(graph):
    picture = lay_out(graph)
    shown = [box.node.id for box in picture.boxes if box.node.id != LEFT]
    assert sorted(shown) == sorted(node.id for node in graph.nodes if node.id != LEFT)
    exits = [edge for edge in graph.edges if edge.target == LEFT]
    assert len([box for box in picture.boxes if box.node.id == LEFT]) == len(exits)


@given(graphs)
def test_nothing_in_a_picture_covers_anything_else(graph):
    picture = lay_out(graph)
    for one, other in combinations(picture.boxes, 2):
        apart = (
            one.x + one.width <= other.x
            or other.x + other.width <= one.x
            or one.y + one.height <= other.y
            or other.y + other.height <= one.y
        )
        assert apart, f"{one.node.id} covers {other.node.id}"
    for box in picture.boxes:
        assert 0 <= box.x <= box.x + box.width <= picture.width
        assert 0 <= box.y <= box.y + box.height <= picture.height
        assert not list(lines_through(picture, box))


@given(graphs, st.integers(-40, 40), st.data())
def test_looking_ahead_comes_to_an_end_and_never_foretells_the_past(graph, hours, data):
    at = data.draw(st.sampled_from([node.id for node in graph.nodes if node.id not in (FINISH, LEFT)]))
    found = look_ahead(graph, waits(at, NOW + timedelta(hours=hours)), NOW)
    for one in found:
        assert NOW <= one.earliest <= one.latest
    assert len({one.node.id for one in found}) == len(found)


@given(graphs, st.integers(-4000, 4000), st.data())
def test_who_stands_somewhere_stands_at_a_node(graph, hours, data):
    steps = [node.id for node in graph.nodes if node.kind in PASSIVE] or [ENTER]
    waiting = waits(data.draw(st.sampled_from(steps)), NOW + timedelta(hours=hours))
    assert graph.node(stands_at(graph, waiting, NOW)) is not None


@given(graphs)
def test_what_is_sure_lies_on_every_way(graph):
    for one in look_ahead(graph, waits(ENTER, NOW), NOW):
        assert one.sure == (not can_reach_an_end_around(graph, one.node.id))


def can_reach_an_end_around(graph: JourneyGraph, avoided: str) -> bool:
    reached, todo = set(), [ENTER]
    while todo:
        node_id = todo.pop()
        if node_id != avoided and node_id not in reached:
            reached.add(node_id)
            todo += [edge.target for edge in graph.onward(node_id)]
    return bool(reached & {FINISH, LEFT})


def lines_through(picture: Picture, box: Box):
    """The lines that run through the inside of a box."""
    for line in picture.lines:
        for (x1, y1), (x2, y2) in zip(line.points, line.points[1:], strict=False):
            across = min(x1, x2) < box.x + box.width and max(x1, x2) > box.x
            along = min(y1, y2) < box.y + box.height and max(y1, y2) > box.y
            if across and along:
                yield line
