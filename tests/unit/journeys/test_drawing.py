from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from escalera.journeys.drawing.layout import lay_out
from escalera.journeys.drawing.svg import People, draw
from escalera.journeys.graph import ENTER, FINISH, Edge, JourneyGraph, Node, NodeKind, Way
from programme_compiler.graphs import graph_of
from programme_compiler.source import read_source

DEFAULT = Path(__file__).parents[3] / "programme"
GRAPHS = {name: graph_of(one.journey) for name, one in read_source(DEFAULT).journeys.items()}
SVG = "{http://www.w3.org/2000/svg}"
WAIT = "2-wait-5d"


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own picture


def texts(svg: str) -> list[str]:
    return [found.text or "" for found in parsed(svg).iter(f"{SVG}text")]


def test_a_picture_says_in_real_text_what_happens():
    shown = texts(draw(GRAPHS["win-back"]))
    first = shown.index("Message")
    assert shown[first : first + 4] == ["Message", "We miss you", "Wait", "5 days"]
    assert {"class A", "said yes to promotion", "otherwise", "End"} <= set(shown)


def test_a_picture_has_a_title_and_a_description():
    svg = parsed(draw(GRAPHS["win-back"]))
    named = {one.get("id"): one.text for one in svg if one.get("id")}
    title, about = svg.attrib["aria-labelledby"].split()
    assert named[title] == "Journey: Win back"
    assert named[about] == GRAPHS["win-back"].about


def test_the_people_at_a_step_are_counted_on_it_and_lead_to_their_list():
    svg = parsed(draw(GRAPHS["win-back"], {WAIT: People(1240, href="/journeys/win-back/2-wait-5d")}))
    [link] = svg.iter(f"{SVG}a")
    assert link.get("href") == "/journeys/win-back/2-wait-5d"
    badge = link[0]
    assert badge.get("aria-label") == "1,240 people here now"
    assert texts(ET.tostring(badge, encoding="unicode")) == ["1,240"]


def test_whoever_stopped_counting_says_so():
    people = People(20_000, at_least=True)
    assert str(people) == "20,000+"
    assert people.words == "at least 20,000 people here now"
    assert People(1).words == "1 person here now"


@pytest.mark.parametrize("name", GRAPHS)
def test_a_picture_brings_no_style_and_no_script(name):
    """A page under a strict Content-Security-Policy may carry it."""
    svg = parsed(draw(GRAPHS[name]))
    for element in svg.iter():
        assert element.tag not in (f"{SVG}style", f"{SVG}script")
        assert not [key for key in element.attrib if key == "style" or key.startswith("on")]


def test_two_pictures_on_one_page_share_no_id():
    ids = [
        element.attrib["id"]
        for graph in GRAPHS.values()
        for element in parsed(draw(graph)).iter()
        if "id" in element.attrib
    ]
    assert len(ids) == len(set(ids)) == 3 * len(GRAPHS)


def test_what_a_shop_writes_stays_text():
    graph = JourneyGraph(
        name="trial",
        about='<script>alert("1")</script>',
        nodes=(
            Node(ENTER, NodeKind.ENTER, "PurchaseRecorded"),
            Node("1-task-a", NodeKind.TASK, "call", team='"><img src=x onerror=alert(1)>'),
            Node(FINISH, NodeKind.FINISH),
        ),
        edges=(Edge(ENTER, "1-task-a"), Edge("1-task-a", FINISH)),
    )
    drawn = draw(graph)
    assert "<script" not in drawn
    assert "<img" not in drawn
    assert {element.tag.removeprefix(SVG) for element in parsed(drawn).iter()} <= {
        *("svg", "title", "desc", "defs", "marker", "path", "g", "rect", "text")
    }


def test_an_edge_to_nowhere_is_an_error_that_says_what_to_do():
    graph = JourneyGraph("trial", "A trial", (Node(ENTER, NodeKind.ENTER),), (Edge(ENTER, "gone", Way.THEN),))
    with pytest.raises(ValueError, match="leads to gone, which is not in it: compile it again"):
        lay_out(graph)


def test_a_journey_without_branches_fits_the_narrowest_phone():
    assert lay_out(GRAPHS["volume-down"]).width <= 320
