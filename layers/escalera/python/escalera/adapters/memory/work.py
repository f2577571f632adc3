"""The lists of work in memory, over the shelves of the customers they are about."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from escalera.adapters.memory.customers import InMemoryCustomerRepository
from escalera.domain.errors import NoSuchCursorError
from escalera.domain.facts import Fact
from escalera.domain.work import Listing, WorkList, listing
from escalera.ports.work import A_PAGE, COUNTED, EVER, Counted, Glance, Page, Span

F = TypeVar("F", bound=Fact)


class InMemoryWorkLists:
    """`WorkLists` over an in-memory repository; a cursor is the place of the last fact handed out."""

    def __init__(self, customers: InMemoryCustomerRepository) -> None:
        self._store = customers.store

    def page(
        self,
        work: WorkList[F],
        *,
        span: Span = EVER,
        cursor: str = "",
        limit: int = A_PAGE,
        latest_first: bool = False,
    ) -> Page[F]:
        """Every fact is asked where it stands: slow, and right."""
        placed = sorted(self._placed(work, span), key=lambda one: one[0])
        if latest_first:
            placed.reverse()
        if cursor:
            begin = _read(cursor)
            placed = [one for one in placed if (one[0] < begin if latest_first else one[0] > begin)]
        facts = cast("tuple[F, ...]", tuple(fact for _, fact in placed[:limit]))
        return Page(facts, placed[limit - 1][0] if len(placed) > limit else "")

    def count(self, work: WorkList[Fact], *, span: Span = EVER, enough: int = COUNTED) -> Counted:
        """However many there are, told as far as was asked."""
        count = len(self._placed(work, span))
        return Counted(count) if count <= enough else Counted(enough, whole=False)

    def glance(
        self,
        work: WorkList[Fact],
        fields: Sequence[str],
        *,
        span: Span = EVER,
        enough: int = COUNTED,
        latest_first: bool = False,
    ) -> Glance:
        """Whole facts, of which only the fields are told."""
        placed = sorted(self._placed(work, span), key=lambda one: one[0], reverse=latest_first)
        rows = tuple(tuple(_said(fact, field) for field in fields) for _, fact in placed[:enough])
        return Glance(rows, whole=len(placed) <= enough)

    def _placed(self, work: WorkList[Fact], span: Span) -> list[tuple[str, Fact]]:
        with self._store.lock:
            return [
                (_place(found, fact), fact)
                for fact in self._store.facts.values()
                if (found := listing(fact)) is not None and found.work == work and span.holds(found.at)
            ]


def _place(found: Listing, fact: Fact) -> str:
    at = found.at.astimezone(UTC).isoformat(timespec="microseconds")
    return "#".join((at, fact.key.customer_id, fact.key.kind, *fact.key.parts))


def _said(fact: Fact, field: str) -> str:
    found: Any = fact
    for part in field.split("."):
        found = getattr(found, part, None)
    match found:
        case None:
            return ""
        case bool():
            return str(found).lower()
        case datetime():
            return found.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case _:
            return str(found)


def _read(cursor: str) -> str:
    try:
        datetime.fromisoformat(cursor.partition("#")[0])
    except ValueError as error:
        message = "this cursor is none that a page was given with: ask for the list from its beginning"
        raise NoSuchCursorError(message) from error
    return cursor
