"""The communication calendar (doctrine S4): what was sent on which day, and what will be, as far as that is certain.

What will be follows from where people stand and how their journeys go on. A date is given where the way there has plain
waits alone; behind something that is waited for there is a span of dates. A rule may still hold or withhold a message.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from escalera.domain.facts import UNSENT, Entry, Message, MessageStatus, Waiting
from escalera.domain.switches import Switches
from escalera.domain.vocabulary import JourneyName
from escalera.domain.work import messages_of, waiting_at
from escalera.journeys.ahead import Ahead, look_ahead
from escalera.journeys.graph import JourneyGraph, NodeKind
from escalera.ports.work import Span, WorkLists
from escalera.use_cases.look.people_in_journeys import may_stand_at, people_on_earlier_versions

ENOUGH = 2_000
"""Of a list so many are looked at."""
SENT = frozenset(MessageStatus) - UNSENT - {MessageStatus.WITHHELD, MessageStatus.REFUSED}


@dataclass(frozen=True, slots=True)
class Contact:
    """A message of a journey."""

    journey: str
    message: str


@dataclass(frozen=True, slots=True)
class Planned:
    """So many people will get it: `sure`, or `perhaps` where a branch lies before it."""

    contact: Contact
    sure: int
    perhaps: int


@dataclass(frozen=True, slots=True)
class Day:
    """One day by the shop's clock."""

    date: date
    sent: Mapping[Contact, int]
    withheld: Mapping[Contact, int]
    planned: tuple[Planned, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """Days in order; `undated` is planned too, but nobody can say for when: something is waited for first."""

    days: tuple[Day, ...]
    undated: tuple[Planned, ...]
    whole: bool = True
    """False when there were more messages or people than are looked at."""
    unplanned: int = 0
    """So many people are on an earlier version of a journey: what they will get is not known here."""


@dataclass(frozen=True, slots=True)
class PlannedContact:
    """What one customer may get."""

    contact: Contact
    earliest: datetime
    latest: datetime
    sure: bool
    held_for: str = ""
    """Why it was put off; empty when it has not been its turn yet."""


def week_of(
    first: date,
    *,
    graphs: Mapping[str, JourneyGraph],
    switches: Switches,
    work: WorkLists,
    zone: ZoneInfo,
    now: datetime,
    steps: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> Week:
    """Seven days from this one on, by the shop's clock. `steps`: those of all releases, by journey."""
    calendar = _Calendar([first + timedelta(days=n) for n in range(7)], zone, now, work)
    calendar.look_back()
    for graph in graphs.values():
        calendar.look_forward(graph, switches)
    calendar.look_at_earlier_versions(graphs, steps)
    return calendar.week()


def planned_contacts(
    entries: Iterable[Entry], graphs: Mapping[str, JourneyGraph], now: datetime
) -> tuple[PlannedContact, ...]:
    """What one customer may get, the soonest first, from where their entries stand."""
    planned = [
        PlannedContact(
            Contact(entry.journey, one.node.name),
            one.earliest,
            one.latest,
            one.sure,
            entry.waiting.reason if one.node.id == entry.waiting.step else "",
        )
        for entry in entries
        if entry.waiting is not None and entry.ended_at is None and entry.journey in graphs
        for one in _messages_ahead(graphs[entry.journey], entry.waiting, now)
    ]
    return tuple(sorted(planned, key=lambda one: (one.earliest, one.latest)))


def sent_contacts(messages: Iterable[Message]) -> tuple[Message, ...]:
    """What one customer got, the latest first."""
    sent = [one for one in messages if one.status in SENT]
    return tuple(sorted(sent, key=lambda one: one.claimed_at or one.decided_at, reverse=True))


def _messages_ahead(graph: JourneyGraph, waiting: Waiting, now: datetime) -> Iterator[Ahead]:
    for one in look_ahead(graph, waiting, now):
        if one.node.kind is NodeKind.SEND:
            yield one


class _Calendar:
    """The week while it is put together."""

    def __init__(self, days: Sequence[date], zone: ZoneInfo, now: datetime, work: WorkLists) -> None:
        self._days, self._zone, self._now, self._work = days, zone, now, work
        self._sent: dict[date, Counter[Contact]] = defaultdict(Counter)
        self._withheld: dict[date, Counter[Contact]] = defaultdict(Counter)
        self._planned: dict[date | None, dict[Contact, Counter[bool]]] = defaultdict(
            lambda: defaultdict(Counter)
        )
        self._whole = True
        self._unplanned = 0

    def look_back(self) -> None:
        """What was sent and withheld on the days that have begun."""
        end = min(self._start(self._days[-1] + timedelta(days=1)), self._now + timedelta(seconds=1))
        span = Span(self._start(self._days[0]), end)
        fields = ("journey", "message", "status", "claimed_at", "decided_at")
        for day in _days_of_utc(span):
            found = self._work.glance(messages_of(day), fields, span=span, enough=ENOUGH, latest_first=True)
            self._whole &= found.whole
            for journey, message, status, claimed, decided in found.rows:
                local = self._local(datetime.fromisoformat(claimed or decided))
                if status == MessageStatus.WITHHELD:
                    self._withheld[local][Contact(journey, message)] += 1
                elif MessageStatus(status) in SENT:
                    self._sent[local][Contact(journey, message)] += 1

    def look_forward(self, graph: JourneyGraph, switches: Switches) -> None:
        """What is planned for whoever stands in this journey; nothing while it is paused."""
        switch = switches.of(graph.name)
        end = self._start(self._days[-1] + timedelta(days=1))
        if switch.paused_since is not None or end <= self._now:
            return
        for node in graph.nodes:
            if not may_stand_at(node, switch):
                continue
            # Whose wait ends after the week gets nothing in it that has a date; what they wait for has none.
            span = Span() if node.kind is NodeKind.WAIT_FOR else Span(until=end)
            found = self._work.glance(
                waiting_at(JourneyName(graph.name), node.id), ["waiting.until"], span=span, enough=ENOUGH
            )
            self._whole &= found.whole
            times = Counter(_quarter(datetime.fromisoformat(until)) for (until,) in found.rows)
            for until, people in times.items():
                self._plan(graph, Waiting(node.id, self._now, until), people)

    def look_at_earlier_versions(
        self, graphs: Mapping[str, JourneyGraph], steps: Mapping[str, frozenset[str]]
    ) -> None:
        """Who stands in a version of a journey whose way on is not known any more."""
        for journey in steps:
            found = people_on_earlier_versions(journey, graphs.get(journey), steps, work=self._work)
            self._unplanned += sum(one.count for one in found.values())
            self._whole &= all(one.whole for one in found.values())

    def week(self) -> Week:
        """All of it."""
        return Week(
            tuple(
                Day(day, self._sent[day], self._withheld[day], self._told(self._planned[day]))
                for day in self._days
            ),
            self._told(self._planned[None]),
            self._whole,
            self._unplanned,
        )

    def _plan(self, graph: JourneyGraph, waiting: Waiting, people: int) -> None:
        for one in _messages_ahead(graph, waiting, self._now):
            day = self._local(one.earliest) if one.earliest == one.latest else None
            self._planned[day][Contact(graph.name, one.node.name)][one.sure] += people

    @staticmethod
    def _told(planned: Mapping[Contact, Counter[bool]]) -> tuple[Planned, ...]:
        return tuple(
            Planned(contact, count[True], count[False])
            for contact, count in sorted(planned.items(), key=lambda one: -one[1].total())
        )

    def _local(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()

    def _start(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone)


def _quarter(at: datetime) -> datetime:
    """The quarter of an hour it lies in: all times within one fall on the same day in every time zone."""
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)


def _days_of_utc(span: Span) -> Iterator[date]:
    if span.since is None or span.until is None or span.until <= span.since:
        return
    day, last = span.since.astimezone(UTC).date(), span.until.astimezone(UTC).date()
    while day <= last:
        yield day
        day += timedelta(days=1)
