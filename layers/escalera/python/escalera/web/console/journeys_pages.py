"""The journeys: each drawn with the people at every step, what came of it, and the switch that pauses it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from markupsafe import Markup

from escalera.domain.errors import PermanentError
from escalera.domain.staff import Right
from escalera.domain.switches import LONGEST_LOOK
from escalera.journeys.drawing.svg import People, draw
from escalera.journeys.graph import JourneyGraph, NodeKind
from escalera.journeys.graph_words import event_words, node_words, plain
from escalera.journeys.programme import Programme
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.ports.journeys import JourneySteps
from escalera.ports.switches import JourneySwitches
from escalera.ports.work import Counted, Span, WorkLists
from escalera.use_cases.desk.steer_journeys import pause_journey, resume_journey
from escalera.use_cases.look.journey_results import journey_results
from escalera.use_cases.look.people_in_journeys import (
    earlier_steps,
    people_at,
    people_in,
    people_on_earlier_versions,
)
from escalera.web.console.console import Console, Visit
from escalera.web.site import Answer, RefusedError

SPANS = (7, 30, 90)
"""Of so many days the results are shown."""


@dataclass(frozen=True, slots=True)
class JourneyPorts:
    """What these pages work with."""

    programme: Programme
    graphs: Mapping[str, JourneyGraph]
    switches: JourneySwitches
    steps: JourneySteps
    customers: CustomerRepository
    work: WorkLists
    clock: Clock


def journeys_pages(console: Console, ports: JourneyPorts) -> None:
    """Register them."""

    @console.page("/journeys", right=Right.SEE)
    def journeys(visit: Visit) -> Answer:
        switches, now = ports.switches.read(), ports.clock.now()
        people = {
            name: _together(people_in(graph, switches.of(name), work=ports.work, now=now))
            for name, graph in ports.graphs.items()
        }
        known = ports.steps.known()
        for name, graph in ports.graphs.items():
            earlier = people_on_earlier_versions(name, graph, known, work=ports.work)
            people[name] = _together({"": people[name], **earlier})
        removed = {
            name: _together(people_on_earlier_versions(name, None, known, work=ports.work))
            for name in known
            if name not in ports.graphs
        }
        paused = {name for name, switch in switches.journeys.items() if switch.paused_since is not None}
        gone = sorted((paused - set(ports.graphs)) | {name for name, one in removed.items() if one.count})
        return visit.show(
            "journeys.html",
            journeys=ports.programme.journeys,
            switches=switches,
            people=people,
            gone=gone,
            removed=defaultdict(lambda: Counted(0), removed),
            leaves=ports.programme.everybody_leaves,
            plain=plain,
            event_words=event_words,
        )

    @console.page("/journey", right=Right.SEE)
    def journey(visit: Visit) -> Answer:
        graph = _graph_asked(visit, ports)
        switch, now = ports.switches.read().of(graph.name), ports.clock.now()
        days = next((days for days in SPANS if str(days) == visit.asked("days")), SPANS[0])
        people = people_in(graph, switch, work=ports.work, now=now)
        known = ports.steps.known()
        results = journey_results(
            graph,
            switch,
            Span(since=now - timedelta(days=days)),
            work=ports.work,
            now=now,
            earlier=earlier_steps(graph.name, graph, known),
        )
        return visit.show(
            "journey.html",
            graph=graph,
            terms=ports.programme.journeys.get(graph.name),
            picture=_picture(graph, people),
            people=people,
            earlier=people_on_earlier_versions(graph.name, graph, known, work=ports.work),
            switch=switch,
            at_latest=LONGEST_LOOK,
            results=results,
            days=days,
            spans=SPANS,
            plain=plain,
            node_words=node_words,
            event_words=event_words,
        )

    @console.page("/journey/people", right=Right.SEE)
    def people(visit: Visit) -> Answer:
        name, step = visit.asked("name"), visit.asked("step")
        graph = ports.graphs.get(name)
        node = graph.node(step) if graph else None
        if node is None and step not in earlier_steps(name, graph, ports.steps.known()):
            raise RefusedError(404, f"{name!r} has no step {step!r}, and had none")
        page = people_at(name, step, work=ports.work, cursor=visit.asked("from"))
        whose = ports.customers.load({entry.customer_id for entry in page.facts})
        behind = [node_words(one) for one in graph.silent_chain(step)] if graph else []
        return visit.show(
            "journey_people.html",
            name=name,
            graph=graph,
            step=step,
            words=node_words(node) if node else "On an earlier version",
            earlier=node is None,
            waits_for=node is None or node.kind is NodeKind.WAIT_FOR,
            behind=behind,
            page=page,
            whose=whose,
            plain=plain,
        )

    @console.change("/journey/pause", right=Right.STEER)
    def pause(visit: Visit) -> Answer:
        name = visit.form.text("name")
        try:
            pause_journey(
                name,
                by=visit.member,
                journeys=ports.programme.journeys,
                switches=ports.switches,
                clock=ports.clock,
            )
        except PermanentError as error:
            raise RefusedError(409, str(error)) from error
        return visit.go_to(_address("/journey", name=name), said="paused")

    @console.change("/journey/resume", right=Right.STEER)
    def resume(visit: Visit) -> Answer:
        name = visit.form.text("name")
        resume_journey(name, by=visit.member, switches=ports.switches, clock=ports.clock)
        there = name in ports.graphs
        return visit.go_to(_address("/journey", name=name) if there else "/journeys", said="resumed")


def _graph_asked(visit: Visit, ports: JourneyPorts) -> JourneyGraph:
    name = visit.asked("name")
    if name not in ports.graphs:
        raise RefusedError(404, f"no journey is called {name!r}")
    return ports.graphs[name]


def _picture(graph: JourneyGraph, people: Mapping[str, Counted]) -> Markup:
    shown = {
        step: People(
            found.count,
            not found.whole,
            _address("/journey/people", name=graph.name, step=_noted(graph, step)),
        )
        for step, found in people.items()
    }
    return Markup(draw(graph, shown))  # noqa: S704 - made by the drawing, which escapes whatever it is told


def _noted(graph: JourneyGraph, step: str) -> str:
    """The step under which the people are noted who stand here: perhaps the wait before this one."""
    for node in graph.nodes:
        if any(one.id == step for one in graph.silent_chain(node.id)):
            return node.id
    return step


def _together(people: Mapping[str, Counted]) -> Counted:
    return Counted(sum(one.count for one in people.values()), all(one.whole for one in people.values()))


def _address(path: str, **asked: str) -> str:
    return f"{path}?{urlencode(asked)}"
