"""The history of every record of the store, folded from what its stream told: what is there, and what was lost.

Escalera deletes few records itself, and some expire by their lifetime. Any other removal is an accident, or somebody's
hand: the record counts as lost until it is restored, even if another has begun under its key since.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

Place = tuple[str, str]
"""The key of a record."""
Image = bytes
"""A record as its store writes it. Nothing here looks into it."""


class Removal(Enum):
    """Why a record is no longer there."""

    EXPIRED = auto()
    """Its lifetime was over."""
    OURS = auto()
    """Escalera deleted it."""
    UNEXPLAINED = auto()


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where a change stands: those of one record are in this order."""

    stream: str
    """When the stream began, as a text that sorts: a new table has a new stream."""
    number: int


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One write or removal of one record."""

    place: Place
    position: Position
    at: datetime
    image: Image | None = None
    """The record since; None: it was removed."""
    former: Image | None = None
    """Of a removal: the record before."""
    removal: Removal | None = None
    begins: bool = False
    """There was no record under this key before."""
    restored_by: str = ""
    """The rebuild whose mark the record carries; later updates keep it."""


@dataclass(frozen=True, slots=True)
class RecordHistory:
    """What the changes of one record come to."""

    current: Image | None = None
    lost: Image | None = None
    """The record as it was when it was lost, if it was not restored since."""
    lost_at: datetime | None = None
    restored_by: str = ""
    began_at: datetime | None = None
    """When what is there began; None: before the first change that is known."""

    @property
    def wanted(self) -> Image | None:
        """What ought to be there."""
        return self.current if self.lost is None else self.lost


def fold(
    base: Iterable[tuple[Place, Image]], base_at: datetime | None, changes: Iterable[RecordChange]
) -> Mapping[Place, RecordHistory]:
    """The history of every record, from a copy of the store as it was at `base_at` and the changes since.

    Changes may come in any order, more than once, and from before the copy: where they overlap, they agree.
    """
    told: dict[Place, dict[Position, RecordChange]] = {}
    for change in changes:
        told.setdefault(change.place, {})[change.position] = change
    found = {place: RecordHistory(current=image) for place, image in base}
    for place, by_position in told.items():
        in_order = [by_position[position] for position in sorted(by_position)]
        # A change from before the copy holds the whole record by itself: the copy adds nothing to it.
        covered = base_at is not None and in_order[0].at > base_at
        history = found.get(place, RecordHistory()) if covered else RecordHistory()
        stream = in_order[0].position.stream if history.current is None else ""
        for change in in_order:
            history = _after(history, change, new_table=change.position.stream != stream)
            stream = change.position.stream
        found[place] = history
    return found


def _after(history: RecordHistory, change: RecordChange, *, new_table: bool) -> RecordHistory:
    if change.image is None:
        return _removed(history, change)
    began_at = change.at if change.begins else history.began_at
    if change.restored_by and change.restored_by != history.restored_by:
        return RecordHistory(change.image, restored_by=change.restored_by, began_at=began_at)
    if change.begins and new_table and history.current is not None:
        # Its table was replaced: no removal was told, yet the record begins anew.
        history = _lost(history, history.current, change.at)
    return replace(history, current=change.image, restored_by=change.restored_by, began_at=began_at)


def _removed(history: RecordHistory, change: RecordChange) -> RecordHistory:
    former = change.former if history.current is None else history.current
    gone = replace(history, current=None, restored_by="", began_at=None)
    if change.removal is not Removal.UNEXPLAINED or former is None:
        return gone
    return _lost(gone, former, change.at)


def _lost(history: RecordHistory, image: Image, at: datetime) -> RecordHistory:
    """Lost a second time, what was lost first is wanted: the second began without its past."""
    return history if history.lost is not None else replace(history, lost=image, lost_at=at)
