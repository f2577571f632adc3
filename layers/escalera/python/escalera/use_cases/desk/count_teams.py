"""Which teams have how much to do: those the programme names, and those that only their tasks still name."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from escalera.domain.work import open_tasks
from escalera.ports.work import WorkLists


@dataclass(frozen=True, slots=True)
class TeamLoad:
    """A team and how many of its tasks are open."""

    name: str
    """Empty for the tasks that name none."""
    tasks: int
    named: bool
    """Whether the programme names it (still)."""


def count_teams(teams: Iterable[str], *, work: WorkLists, most: int) -> tuple[tuple[TeamLoad, ...], bool]:
    """The programme's teams in its order, then the others that have tasks; and whether all tasks were counted."""
    glance = work.glance(open_tasks(), ["team"], enough=most)
    counts = Counter(team for (team,) in glance.rows)
    named = [TeamLoad(team, counts.pop(team, 0), named=True) for team in teams]
    others = [TeamLoad(team, count, named=False) for team, count in sorted(counts.items())]
    return (*named, *others), glance.whole
