"""How many people stand at each step of a journey now, and who."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from escalera.domain.facts import Entry
from escalera.domain.switches import JourneySwitch
from escalera.domain.vocabulary import JourneyName
from escalera.domain.work import waiting_at
from escalera.journeys.graph import PASSIVE, JourneyGraph, Node, NodeKind
from escalera.ports.work import Counted, Page, Span, WorkLists

ENOUGH = 20_000
"""At a step with more people than that, counting stops."""


def people_in(
    graph: JourneyGraph, switch: JourneySwitch, *, work: WorkLists, now: datetime
) -> dict[str, Counted]:
    """How many stand at each step, by its id; steps with nobody are left out.

    One count for each step where somebody may stand. Who is on the way from one step to the next, which takes
    seconds, stands nowhere; nor does who waits at the door of a paused journey.
    """
    counts: dict[str, Counted] = {}
    journey = JourneyName(graph.name)
    for node in graph.nodes:
        if not may_stand_at(node, switch):
            continue
        for place, span in _places(graph, node, now):
            found = work.count(waiting_at(journey, node.id), span=span, enough=ENOUGH)
            if found.count:
                known = counts.get(place, Counted(0))
                counts[place] = Counted(known.count + found.count, known.whole and found.whole)
    return counts


def people_at(journey: str, step: str, *, work: WorkLists, cursor: str = "", limit: int = 50) -> Page[Entry]:
    """Those whose stay at a step was noted last, whose time comes first at the head; a page at a time.

    Of those who went over from one wait to the next, which nobody notes, the list of the first tells.
    """
    return work.page(waiting_at(JourneyName(journey), step), cursor=cursor, limit=limit)


def people_on_earlier_versions(
    journey: str, graph: JourneyGraph | None, known: Mapping[str, frozenset[str]], *, work: WorkLists
) -> dict[str, Counted]:
    """How many stand at steps that this release does not have, by the id they had; steps with nobody are left out.

    `known`: the steps of all releases; `graph`: None for a journey that was removed.
    """
    counts = {
        step: work.count(waiting_at(JourneyName(journey), step), enough=ENOUGH)
        for step in earlier_steps(journey, graph, known)
    }
    return {step: found for step, found in counts.items() if found.count}


def earlier_steps(
    journey: str, graph: JourneyGraph | None, known: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    """The ids of the steps that this journey had in earlier releases and has no more."""
    steps = known.get(journey, frozenset())
    return tuple(sorted(step for step in steps if graph is None or graph.node(step) is None))


def may_stand_at(node: Node, switch: JourneySwitch) -> bool:
    """Whether anybody can be found there: at a wait, before a message that is held, before any step of a paused one."""
    held = node.kind is NodeKind.SEND or (bool(switch.pauses) and node.kind in _FROZEN)
    return node.kind in PASSIVE or held


_FROZEN = frozenset({NodeKind.TASK, NodeKind.REWARD, NodeKind.PROMISE, NodeKind.BRANCH})


def _places(graph: JourneyGraph, node: Node, now: datetime) -> Iterator[tuple[str, Span]]:
    """Where those stand who were noted at this node: there, or in a wait behind it, by when their time came."""
    place, over = node.id, now
    before: datetime | None = None
    for following in graph.silent_chain(node.id):
        yield place, Span(since=over, until=before)
        place, before, over = following.id, over, over - timedelta(seconds=following.seconds)
    yield place, Span(until=before)
