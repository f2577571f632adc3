"""A drawn journey as SVG: real text, a title and a description, no style of its own.

Colours, and those of the dark, come from the page's style sheet by the classes given here; a page with a strict
Content-Security-Policy may carry it. The picture keeps its size: what holds it lets it scroll on a narrow screen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from escalera.journeys.drawing.layout import LINE, PADDING, Box, Label, Line, lay_out
from escalera.journeys.graph import JourneyGraph, NodeKind
from escalera.journeys.graph_words import plain

_BADGE_HEIGHT = 22
_DIGIT = 8
_ROUND = 8


@dataclass(frozen=True, slots=True)
class People:
    """How many stand at a step now; `at_least` when counting was stopped. `href`: where they are listed."""

    count: int
    at_least: bool = False
    href: str = ""

    def __str__(self) -> str:
        return f"{self.count:,}+" if self.at_least else f"{self.count:,}"

    @property
    def words(self) -> str:
        """For whoever hears the picture."""
        people = "1 person" if self.count == 1 else f"{self.count:,} people"
        return f"at least {people} here now" if self.at_least else f"{people} here now"


def draw(graph: JourneyGraph, people: Mapping[str, People] | None = None) -> str:
    """The journey as an `svg` element, with the number of people at each step by the step's id."""
    picture = lay_out(graph)
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "journey",
            "role": "group",
            "aria-labelledby": f"journey-{graph.name}-title journey-{graph.name}-about",
            "width": str(picture.width),
            "height": str(picture.height),
            "viewBox": f"0 0 {picture.width} {picture.height}",
        },
    )
    _text(svg, "title", f"Journey: {plain(graph.name)}", id=f"journey-{graph.name}-title")
    _text(svg, "desc", graph.about, id=f"journey-{graph.name}-about")
    _arrow_head(svg, graph.name)
    for line in picture.lines:
        _line(svg, line, graph.name)
    for label in picture.labels:
        _label(svg, label)
    for box in picture.boxes:
        _box(svg, box, (people or {}).get(box.node.id))
    return ET.tostring(svg, encoding="unicode")


def _arrow_head(svg: ET.Element, name: str) -> None:
    # Named for the journey: a page may show several, and an id counts once on a page.
    settings = {"viewBox": "0 0 8 8", "refX": "7", "refY": "4", "markerWidth": "8", "markerHeight": "8"}
    marker = ET.SubElement(
        ET.SubElement(svg, "defs"), "marker", {"id": f"arrow-{name}", "orient": "auto", **settings}
    )
    ET.SubElement(marker, "path", {"class": "arrow", "d": "M0 0L8 4L0 8Z"})


def _line(svg: ET.Element, line: Line, name: str) -> None:
    path = "M" + "L".join(f"{x} {y}" for x, y in line.points)
    arrow = {"marker-end": f"url(#arrow-{name})"} if line.ends else {}
    ET.SubElement(svg, "path", {"class": "way", "fill": "none", "d": path, **arrow})


def _label(svg: ET.Element, label: Label) -> None:
    for row, line in enumerate(label.lines):
        _text(svg, "text", line, x=label.x, y=_baseline(label.y, row), text_anchor="middle", class_="why")


def _box(svg: ET.Element, box: Box, people: People | None) -> None:
    group = ET.SubElement(svg, "g", {"class": f"step step-{box.node.kind.value.replace('_', '-')}"})
    _text(group, "title", str(box.words))
    small = box.node.kind in (NodeKind.FINISH, NodeKind.LEFT, NodeKind.ENTER)
    frame = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    frame["rx"] = box.height // 2 if small else _ROUND
    ET.SubElement(group, "rect", {key: str(value) for key, value in frame.items()})
    rows = [("verb", box.words.verb), *(("what", line) for line in box.title)]
    rows += [("detail", line) for line in box.detail]
    for row, (kind, line) in enumerate(rows):
        y = _baseline(box.y + PADDING // 2, row)
        _text(group, "text", line, x=box.x + box.width // 2, y=y, text_anchor="middle", class_=kind)
    if people is not None:
        _badge(group, box, people)


def _badge(group: ET.Element, box: Box, people: People) -> None:
    """The number, on the upper right corner; a link where they are listed."""
    shown = str(people)
    width = _BADGE_HEIGHT + _DIGIT * (len(shown) - 1)
    x, y = box.x + box.width - width, box.y - _BADGE_HEIGHT // 2
    home = ET.SubElement(group, "a", {"href": people.href}) if people.href else group
    badge = ET.SubElement(home, "g", {"class": "people", "role": "img", "aria-label": people.words})
    frame = {"x": x, "y": y, "width": width, "height": _BADGE_HEIGHT, "rx": _BADGE_HEIGHT // 2}
    ET.SubElement(badge, "rect", {key: str(value) for key, value in frame.items()})
    _text(badge, "text", shown, x=x + width // 2, y=_baseline(y + 2, 0), text_anchor="middle")


def _text(parent: ET.Element, tag: str, text: str, **attributes: object) -> None:
    named = {key.rstrip("_").replace("_", "-"): str(value) for key, value in attributes.items()}
    ET.SubElement(parent, tag, named).text = text


def _baseline(top: int, row: int) -> int:
    return top + row * LINE + LINE - 5
