"""Some facts of a list that no key tells apart from the others: it is read up to a bound, and the bound is told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from escalera.domain.facts import Fact
from escalera.domain.work import WorkList
from escalera.ports.work import A_PAGE, WorkLists

F = TypeVar("F", bound=Fact)

LOOKED_THROUGH = 1000
"""So many facts are read for one page."""
_A_READ = 250


@dataclass(frozen=True, slots=True)
class Found(Generic[F]):
    """What was looked for, in the list's order; `cursor` asks for more, and is empty where the list ended."""

    facts: tuple[F, ...]
    cursor: str = ""
    at_bound: bool = False
    """Whether reading was stopped before a page was full: there may be more of these, further on."""


def look_through(
    which: WorkList[F],
    wanted: Callable[[F], bool],
    *,
    work: WorkLists,
    cursor: str = "",
    most: int,
    enough: int = A_PAGE,
) -> Found[F]:
    """The facts that are wanted, from the cursor on, until there are enough of them or so many were read."""
    found: list[F] = []
    read, limit = 0, min(A_PAGE, most)
    while True:
        page = work.page(which, cursor=cursor, limit=limit)
        found += filter(wanted, page.facts)
        # Not by what came: a page may hold fewer than were asked for, and records that no release knows.
        read, cursor = read + limit, page.cursor
        if not cursor or len(found) >= enough:
            return Found(tuple(found), cursor)
        if read >= most:
            return Found(tuple(found), cursor, at_bound=True)
        limit = min(_A_READ, most - read)
