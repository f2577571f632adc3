"""Where the lists of work are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from escalera.domain.facts import Fact
from escalera.domain.work import WorkList

F = TypeVar("F", bound=Fact)

A_PAGE = 50
COUNTED = 20_000
"""Whoever counts without saying when to stop stops here: an index is read to be counted."""


@dataclass(frozen=True, slots=True)
class Page(Generic[F]):
    """Some facts of a list, in its order; `cursor` asks for the next ones, and is empty after the last."""

    facts: tuple[F, ...]
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a list from one instant on and before another; None: no bound."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether this instant lies in it."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


EVER = Span()


@dataclass(frozen=True, slots=True)
class Counted:
    """How many stand in a list; `whole` is false when counting was stopped: there are more."""

    count: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Glance:
    """Some fields of the facts of a list, in its order, each as text; `whole` is false when there are more."""

    rows: tuple[tuple[str, ...], ...]
    whole: bool = True


class WorkLists(Protocol):
    """The lists of `domain.work`, read page by page.

    They follow what was written within moments, not at once: whoever acts on an entry reads it again first.
    Errors: `StoreBusyError` when the store throttles; `PermanentError` for a cursor that is none of its own.
    """

    def page(
        self,
        work: WorkList[F],
        *,
        span: Span = EVER,
        cursor: str = "",
        limit: int = A_PAGE,
        latest_first: bool = False,
    ) -> Page[F]:
        """At most `limit` facts, from where the cursor of an earlier page of the same list and order left off."""

    def count(self, work: WorkList[Fact], *, span: Span = EVER, enough: int = COUNTED) -> Counted:
        """How many facts stand in this part of the list; whoever counts stops at `enough`."""

    def glance(
        self,
        work: WorkList[Fact],
        fields: Sequence[str],
        *,
        span: Span = EVER,
        enough: int = COUNTED,
        latest_first: bool = False,
    ) -> Glance:
        """Only these fields of at most `enough` facts: to tell many apart, where facts as a whole would be much.

        A field of a part is written `waiting.until`. Instants are ISO 8601, truths `true` and `false`, what is not
        there is empty.
        """
