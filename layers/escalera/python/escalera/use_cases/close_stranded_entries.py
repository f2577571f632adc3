"""A sweep over everybody who should have moved on in a journey by now: whose run is over leaves it.

Step Functions publishes an event when a run ends, by which its entry is closed at once; such an event may get lost. And
where the shop has removed a journey and wants everybody to leave it, the sweep takes out those who still wait in it.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from escalera.domain.entries import NotEntered
from escalera.domain.facts import Entry, Waiting
from escalera.domain.vocabulary import JourneyName
from escalera.domain.work import waiting_at
from escalera.journeys.graph import JourneyGraph
from escalera.journeys.programme import Programme
from escalera.ports.journeys import JourneySteps, Whereabouts
from escalera.ports.work import Span, WorkLists
from escalera.use_cases.close_entries import ClosingPorts, close_if_over

GRACE = timedelta(hours=1)
"""Who should have moved on so long ago is looked at: a step that is retried takes its time."""
LOOK_AGAIN = timedelta(hours=6)
"""On an earlier version of a journey nobody knows which waits follow: who still moves there is looked at again then."""
AT_MOST = 500
"""So many of one step are looked at in one sweep; the next one goes on."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did."""

    looked_at: int
    closed: int


def close_stranded_entries(
    programme: Programme,
    graphs: Mapping[str, JourneyGraph],
    ports: ClosingPorts,
    *,
    steps: JourneySteps,
    work: WorkLists,
    whereabouts: Whereabouts,
    pause: Callable[[float], None] = time.sleep,
) -> Swept:
    """Look at everybody who should have moved on by now, at the steps of this release and of all before it.

    Also remembers this release's steps, so that the next one finds who is still at them.
    """
    known = steps.remember(
        {name: frozenset(node.id for node in graph.nodes) for name, graph in graphs.items()}
    )
    now = ports.clock.now()
    looked_at = closed = 0
    for journey, ids in sorted(known.items()):
        removed = programme.everybody_leaves(journey)
        for step in sorted(ids):
            for entry in _overdue(
                JourneyName(journey), step, graphs.get(journey), work, now, everybody=removed
            ):
                looked_at += 1
                if removed:
                    ports.runs.stop(entry.execution, reason=NotEntered.REMOVED.value)
                if close_if_over(entry.key, entry.execution, ports, pause):
                    closed += 1
                elif _is_earlier(graphs.get(journey), step):
                    _look_again_later(entry, whereabouts, now)
    return Swept(looked_at, closed)


def _overdue(
    journey: JourneyName,
    step: str,
    graph: JourneyGraph | None,
    work: WorkLists,
    now: datetime,
    *,
    everybody: bool,
) -> Iterator[Entry]:
    """Those noted at this step whose time there, and in the waits that follow it unnoted, was over an hour ago."""
    behind = timedelta(seconds=sum(node.seconds for node in graph.silent_chain(step)) if graph else 0)
    span = Span() if everybody else Span(until=now - GRACE - behind)
    yield from work.page(waiting_at(journey, step), span=span, limit=AT_MOST).facts


def _is_earlier(graph: JourneyGraph | None, step: str) -> bool:
    return graph is None or graph.node(step) is None


def _look_again_later(entry: Entry, whereabouts: Whereabouts, now: datetime) -> None:
    if entry.waiting is not None:
        whereabouts.note(
            entry.key, Waiting(entry.waiting.step, entry.waiting.since, now + LOOK_AGAIN - GRACE)
        )
