"""Where the lists of work are read."""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from escalera.domain.facts import Fact
from escalera.domain.work import WorkList

F = TypeVar("F", bound=Fact)

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[F]):
    """Some facts of a list, in its order; `cursor` asks for the next ones, and is empty after the last."""

    facts: tuple[F, ...]
    cursor: str = ""


class WorkLists(Protocol):
    """The lists of `domain.work`, read page by page.

    They follow what was written within moments, not at once: whoever acts on an entry reads it again first.
    Errors: `StoreBusyError` when the store throttles; `PermanentError` for a cursor that is none of its own.
    """

    def page(
        self, work: WorkList[F], *, cursor: str = "", limit: int = A_PAGE, latest_first: bool = False
    ) -> Page[F]:
        """At most `limit` facts, from where the cursor of an earlier page of the same list and order left off."""
