"""Which records a rebuild writes: what ought to be there against what is there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from escalera.domain.customer import Customer
from escalera.domain.erasure import fact_without_person
from escalera.domain.facts import Fact, FactKind
from escalera.domain.record_history import Image, Place, RecordHistory
from escalera.domain.restored import with_word_since
from escalera.domain.vocabulary import CustomerId

COUNTED_AGAIN = frozenset({FactKind.ORDER, FactKind.REFUND})
"""What the shop's events tell again: a customer's sums are made of these."""
GOES_FORWARD = frozenset({FactKind.MESSAGE, FactKind.ENTRY, FactKind.REWARD, FactKind.AUDIT})
"""What is never taken back to an earlier state: a message that was sent since would be sent again."""


class RecordReader(Protocol):
    """Understands the records of the store."""

    def owner(self, place: Place) -> CustomerId | None:
        """Whose record stands there; None for what belongs to no customer."""

    def is_profile(self, place: Place) -> bool:
        """Whether the customer as such stands there."""

    def kind(self, place: Place) -> FactKind | None:
        """Which kind of fact stands there, if it is one."""

    def record(self, image: Image) -> Customer | Fact | None:
        """What the record holds; None for what is neither."""

    def image(self, record: Customer | Fact) -> Image:
        """The customer or fact as the store writes it."""

    def expires_at(self, image: Image) -> datetime | None:
        """When its lifetime is over."""

    def is_left_out(self, place: Place) -> bool:
        """Whether a rebuild does not restore what stands there, be it only since it follows from other records."""

    def derived(self, customer: Customer) -> Iterator[tuple[Place, Image]]:
        """What follows from a customer and may be deleted when it no longer does."""

    def merged(self, place: Place, restored: Image, since: Image) -> Image | None:
        """What was said at an address, from two records of it; None where two records cannot be merged."""


@dataclass(frozen=True, slots=True)
class Restore:
    """One record to write."""

    place: Place
    image: Image
    over: Image | None = None
    """What is there now; None: nothing."""


@dataclass(slots=True)
class Plan:
    """What a rebuild does."""

    restores: list[Restore] = field(default_factory=list)
    aside: list[tuple[Place, Image]] = field(default_factory=list)
    """Orders and refunds recorded since the loss that a restored customer does not count: they are deleted, so that the
    shop's events count them again."""
    merged: set[CustomerId] = field(default_factory=set)
    """Customers of whom another record had begun since."""
    same: int = 0
    expired: int = 0
    kept: int = 0
    """Records that differ from what was archived, and stay as they are."""
    lost_since: datetime | None = None


def plan_rebuild(
    histories: Mapping[Place, RecordHistory],
    present: Mapping[Place, Image],
    *,
    reader: RecordReader,
    now: datetime,
    exact: bool = False,
) -> Plan:
    """Decide record by record.

    exact: the state in `histories` is wanted even where nothing was lost. Otherwise only what was lost is restored, and
    what was written since stays.
    """
    return _Planning(histories, present, reader, exact=exact).planned(now)


@dataclass(slots=True)
class _Planning:
    histories: Mapping[Place, RecordHistory]
    present: Mapping[Place, Image]
    reader: RecordReader
    exact: bool
    plan: Plan = field(default_factory=Plan)
    wanted: dict[Place, Image] = field(default_factory=dict)
    begun_anew: dict[CustomerId, Customer] = field(default_factory=dict)
    """Customers of whom another record has begun since: as they are to be restored beside it."""

    def planned(self, now: datetime) -> Plan:
        lost_at = (one.lost_at for one in self.histories.values() if one.lost_at)
        self.plan.lost_since = min(lost_at, default=None)
        self.wanted = dict(self._wanted(now))
        self.begun_anew = dict(self._begun_anew())
        self.plan.merged = set(self.begun_anew)
        for place, image in self.wanted.items():
            self._decide(place, image)
        self._set_aside()
        self._derive()
        return self.plan

    def _wanted(self, now: datetime) -> Iterator[tuple[Place, Image]]:
        for place, history in self.histories.items():
            image = history.wanted
            if image is None or self.reader.is_left_out(place):
                continue
            expires_at = self.reader.expires_at(image)
            if expires_at is not None and expires_at <= now:
                self.plan.expired += 1
                continue
            yield place, image

    def _begun_anew(self) -> Iterator[tuple[CustomerId, Customer]]:
        for place, image in self.wanted.items():
            there, owner = self.present.get(place), self.reader.owner(place)
            if owner is None or there is None or there == image or not self.reader.is_profile(place):
                continue
            if not self.exact and self.histories[place].lost is None:
                continue
            restored, since = self.reader.record(image), self.reader.record(there)
            if isinstance(restored, Customer) and isinstance(since, Customer):
                yield owner, with_word_since(restored, since)

    def _decide(self, place: Place, image: Image) -> None:
        there, owner = self.present.get(place), self.reader.owner(place)
        image = self._in_the_light_of_later(place, image, owner)
        if there is None:
            self.plan.restores.append(Restore(place, image))
        elif there == image:
            self.plan.same += 1
        elif owner is None:
            merged = self.reader.merged(place, image, there)
            self._put(place, there if merged is None else merged, there)
        elif self.exact:
            forward = self.reader.kind(place) in GOES_FORWARD
            self._put(place, there if forward else image, there)
        else:
            self._put(place, there if self.histories[place].lost is None else image, there)

    def _put(self, place: Place, image: Image, there: Image) -> None:
        if image == there:
            self.plan.kept += 1
        else:
            self.plan.restores.append(Restore(place, image, there))

    def _in_the_light_of_later(self, place: Place, image: Image, owner: CustomerId | None) -> Image:
        """The record by what is known of its customer since: their refusals, and that they asked to be forgotten."""
        later = None if owner is None else self.begun_anew.get(owner)
        if later is None:
            return image
        if self.reader.is_profile(place):
            return self.reader.image(later)
        record = None if later.erased_at is None else self.reader.record(image)
        if later.erased_at is None or record is None or isinstance(record, Customer):
            return image
        return self.reader.image(fact_without_person(record, later.erased_at))

    def _set_aside(self) -> None:
        for place, there in self.present.items():
            if self.reader.kind(place) not in COUNTED_AGAIN:
                continue
            if self.reader.owner(place) in self.begun_anew and self._began_since(place):
                self.plan.aside.append((place, there))

    def _began_since(self, place: Place) -> bool:
        if self.exact:
            return place not in self.wanted
        history, since = self.histories.get(place, RecordHistory()), self.plan.lost_since
        if history.lost is not None:
            return False
        return history.began_at is not None and since is not None and history.began_at >= since

    def _derive(self) -> None:
        for place, image in self.wanted.items():
            if not self.reader.is_profile(place):
                continue
            owner = self.reader.owner(place)
            anew = self.begun_anew.get(owner) if owner else None
            if anew is None and self.present.get(place, image) != image:
                continue  # written since: it is followed by then
            record = anew or self.reader.record(image)
            if isinstance(record, Customer):
                rows = self.reader.derived(record)
                self.plan.restores += [Restore(row, one) for row, one in rows if row not in self.present]


def by_kind(restores: Iterable[Restore], reader: RecordReader) -> dict[str, int]:
    """How many records of each kind."""
    found: dict[str, int] = {}
    for one in restores:
        kind = reader.kind(one.place)
        name = "customers" if reader.is_profile(one.place) else kind.value.lower() if kind else "others"
        found[name] = found.get(name, 0) + 1
    return dict(sorted(found.items()))
