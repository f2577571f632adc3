"""Days of the shop's own clock, out of lists that are kept by days of UTC."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from escalera.domain.facts import Fact
from escalera.domain.work import WorkList
from escalera.ports.work import Span, WorkLists

F = TypeVar("F", bound=Fact)
_A_PAGE = 500


@dataclass(frozen=True, slots=True)
class Some(Generic[F]):
    """Facts, no more than were asked for; `more`: there are others."""

    facts: tuple[F, ...] = ()
    more: bool = False


def day_span(first: date, last: date, zone: ZoneInfo) -> Span:
    """From the beginning of a day of the shop's to the end of another."""
    return Span(
        datetime.combine(first, time(), zone).astimezone(UTC),
        datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC),
    )


def facts_in(span: Span, of_day: Callable[[date], WorkList[F]], work: WorkLists, *, most: int) -> Some[F]:
    """The facts of a span with two ends, at most so many, the latest first."""
    found: list[F] = []
    for fact in _all(span, of_day, work):
        if len(found) == most:
            return Some(tuple(found), more=True)
        found.append(fact)
    return Some(tuple(found))


def _all(span: Span, of_day: Callable[[date], WorkList[F]], work: WorkLists) -> Iterator[F]:
    if span.since is None or span.until is None:
        message = "a span without an end has no number of days: give both"
        raise ValueError(message)
    first = span.since.astimezone(UTC).date()
    day = (span.until.astimezone(UTC) - timedelta(microseconds=1)).date()
    while day >= first:
        cursor = ""
        while True:
            page = work.page(of_day(day), span=span, cursor=cursor, limit=_A_PAGE, latest_first=True)
            yield from page.facts
            cursor = page.cursor
            if not cursor:
                break
        day -= timedelta(days=1)
