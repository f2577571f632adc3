"""What came of a journey in a span of time: who entered, how they ended, who reached its goal, what was withheld and why.

Read from the lists of those who are in it, of those who are over, and of the messages of each day; each list as far as
`ENOUGH`, and `whole` says whether that was all. Definitions:

- entered: entries that began in the span, over by now or not;
- finished, left, failed: entries that ended in the span, those who left by what made them leave;
- converted: of those that ended in the span, who reached the journey's goal, so far: while the time that the goal gives
  is not over, more may come. Those who are left alone for measuring (the holdout) are counted apart;
- sent, withheld, held: messages of the journey, on the day they were decided.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from escalera.domain.facts import UNSENT, EntryStatus, MessageStatus
from escalera.domain.switches import JourneySwitch
from escalera.domain.vocabulary import JourneyName
from escalera.domain.work import WorkList, ended_in, failed_journeys, messages_of, waiting_at
from escalera.journeys.graph import JourneyGraph
from escalera.ports.work import Span, WorkLists
from escalera.use_cases.look.people_in_journeys import may_stand_at

ENOUGH = 2_000
"""So many rows of a list are looked at: the rest would cost more time than a page may take."""


@dataclass(frozen=True, slots=True)
class Arm:
    """Those whose entries ended, and of them those who reached the goal."""

    ended: int = 0
    converted: int = 0

    @property
    def share(self) -> float | None:
        """Of those who ended; None when nobody did."""
        return self.converted / self.ended if self.ended else None


@dataclass(frozen=True, slots=True)
class JourneyResults:
    """The figures of one journey and span."""

    entered: int
    finished: int
    failed: int
    left: Mapping[str, int]
    """By what made them leave, the commonest first."""
    treated: Arm
    held_out: Arm
    sent: Mapping[str, int]
    """By message."""
    withheld: Mapping[str, int]
    """By reason, the commonest first."""
    whole: bool = True


def journey_results(
    graph: JourneyGraph,
    switch: JourneySwitch,
    span: Span,
    *,
    work: WorkLists,
    now: datetime,
    earlier: Sequence[str] = (),
) -> JourneyResults:
    """The figures of this journey from `span.since` to `span.until` (None: now), as far as they could be counted.

    `earlier`: the steps that it had in earlier releases, at which people may still be.
    """
    count = _Counting(JourneyName(graph.name), span.since or now, span.until or now, work)
    count.those_in_it([*(node.id for node in graph.nodes if may_stand_at(node, switch)), *earlier])
    count.those_who_are_over(now)
    count.messages()
    arms = {arm: Arm(count.ended[arm], count.converted[arm]) for arm in (False, True)}
    return JourneyResults(
        entered=count.entered,
        finished=count.status[EntryStatus.FINISHED],
        failed=count.status[EntryStatus.FAILED],
        left=dict(count.left.most_common()),
        treated=arms[False],
        held_out=arms[True],
        sent=dict(count.sent.most_common()),
        withheld=dict(count.withheld.most_common()),
        whole=count.whole,
    )


@dataclass(slots=True)
class _Counting:
    """The figures while the lists are gone through."""

    journey: JourneyName
    since: datetime
    until: datetime
    work: WorkLists
    entered: int = 0
    status: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    ended: Counter[bool] = field(default_factory=Counter)
    converted: Counter[bool] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    withheld: Counter[str] = field(default_factory=Counter)
    whole: bool = True

    def those_in_it(self, steps: Sequence[str]) -> None:
        """Count when they entered."""
        for step in steps:
            found = self.work.glance(waiting_at(self.journey, step), ["entered_at"], enough=ENOUGH)
            self.whole &= found.whole
            self.entered += sum(self._lies_within(at) for (at,) in found.rows)

    def those_who_are_over(self, now: datetime) -> None:
        """Count when they entered, how they ended, and whether they reached the goal."""
        fields = ("entered_at", "ended_at", "status", "reason", "holdout", "converted_at")
        for month in _months(self.since, now):
            for row in self._rows(ended_in(self.journey, month), fields):
                self._one_who_is_over(*row)
        for journey, *failed in self._rows(failed_journeys(), ("journey", *fields)):
            if journey == self.journey:
                self._one_who_is_over(*failed)

    def _one_who_is_over(  # noqa: PLR0917 - the fields of a row, in its order
        self, entered: str, ended: str, status: str, reason: str, holdout: str, converted: str
    ) -> None:
        self.entered += self._lies_within(entered)
        if not self._lies_within(ended):
            return
        arm = holdout == "true"
        self.status[status] += 1
        self.ended[arm] += 1
        self.converted[arm] += bool(converted)
        if status == EntryStatus.LEFT:
            self.left[reason] += 1

    def messages(self) -> None:
        """Count what was sent and withheld, of the latest days first: what is too much is the oldest."""
        looked_at = 0
        for day in _days(self.since, self.until):
            if looked_at >= ENOUGH:
                self.whole = False
                return
            span = Span(self.since, self.until)
            rows = self._rows(messages_of(day), ("journey", "message", "status", "reason"), span)
            looked_at += len(rows)
            for journey, message, status, reason in rows:
                if journey != self.journey:
                    continue
                if status == MessageStatus.WITHHELD:
                    self.withheld[reason] += 1
                elif status not in _NOT_SENT:
                    self.sent[message] += 1

    def _rows(
        self, work: WorkList[Any], fields: Sequence[str], span: Span | None = None
    ) -> Sequence[tuple[str, ...]]:
        found = self.work.glance(
            work, fields, span=span or Span(self.since), enough=ENOUGH, latest_first=True
        )
        self.whole &= found.whole
        return found.rows

    def _lies_within(self, at: str) -> bool:
        return self.since <= datetime.fromisoformat(at) < self.until


_NOT_SENT = UNSENT | {MessageStatus.REFUSED}


def _days(since: datetime, until: datetime) -> Iterator[date]:
    """The days of UTC that a span touches, latest first."""
    day = until.astimezone(UTC).date()
    while day >= since.astimezone(UTC).date():
        yield day
        day -= timedelta(days=1)


def _months(since: datetime, until: datetime) -> Iterator[date]:
    """The first days of the months of UTC that a span touches, latest first."""
    month = until.astimezone(UTC).date().replace(day=1)
    while month >= since.astimezone(UTC).date().replace(day=1):
        yield month
        month = (month - timedelta(days=1)).replace(day=1)
