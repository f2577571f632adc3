"""What a report holds, before it becomes a page or a terminal's summary: words and figures, no markup."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Option = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure with the sentence that explains it."""

    title: str
    value: str
    sentence: str
    change: str = ""
    """Against an earlier day; empty when there is none to compare with."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A target and how far the shop is."""

    title: str
    value: str
    target: str
    sentence: str
    progress: float | None
    """1 is reached; None while nothing is known."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, as plain data: the page's own script draws it with ECharts."""

    label: str
    """What the picture shows, for who cannot see it."""
    option: Option
    """An ECharts option, without colours and functions."""
    figures: Mapping[str, Any]
    """How its values are written: the arguments of JavaScript's Intl.NumberFormat."""
    tall: int = 300
    """Height in CSS pixels."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; `shade` from 0 to 10 colours it."""

    text: str
    shade: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; the first cell of each row names it."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    @classmethod
    def of(cls, caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> "Table":
        """A table without colours."""
        return cls(caption, head, [[Cell(text) for text in row] for row in rows])


@dataclass(frozen=True, slots=True)
class Section:
    """One question a shop owner has, answered."""

    name: str
    """The page's anchor."""
    title: str
    sentences: Sequence[str]
    chart: Chart | None = None
    table: Table | None = None
    """The chart's own numbers."""
    also: Table | None = None
    """What no picture shows."""
    is_open: bool = False
    """Whether the table is shown at once, and not only to who asks for it."""
    goals: Sequence[Goal] = ()

    @property
    def tables(self) -> Sequence[Table]:
        """Those that there are."""
        return [one for one in (self.table, self.also) if one is not None]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report in one language."""

    language: str
    shop: str
    title: str
    subtitle: str
    day: date
    tiles: Sequence[Tile]
    sections: Sequence[Section]
    notices: Sequence[str]
    """What must be said before the figures are read."""
    footnotes: Sequence[str]
    show_table: str
    """What the button beneath a chart says."""
