"""What many customers add up to: whole numbers under keys, so that the night can count in parts and add these."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from escalera.domain.history import CustomerHistory
from escalera.domain.measures.counting import Counts, Key, count_customer
from escalera.domain.measures.frame import Frame, MeasureRules

SUMMARY_VERSION = 1
_BETWEEN = "/"


@dataclass(frozen=True, slots=True)
class MeasuresSummary:
    """Additive counts of a part of the base. `+` is associative and commutative; an empty summary changes nothing.

    Its size grows with months, classes and currencies, never with customers: some thousand numbers at most.
    """

    frame: Frame
    counts: Mapping[Key, int] = field(default_factory=dict)

    @classmethod
    def of(cls, history: CustomerHistory, rules: MeasureRules) -> Self:
        """One customer's part."""
        return cls.over([history], rules)

    @classmethod
    def over(cls, histories: Iterable[CustomerHistory], rules: MeasureRules) -> Self:
        """The parts of many customers, each given once and whole; read one at a time."""
        counts = Counts()
        for history in histories:
            count_customer(history, rules, counts)
        return cls(rules.frame, dict(counts))

    def __add__(self, other: "MeasuresSummary") -> "MeasuresSummary":
        """The summary of both parts. ValueError when they were counted by different frames."""
        if self.frame != other.frame:
            message = f"summaries of different frames cannot be added: {self.frame} and {other.frame}"
            raise ValueError(message)
        counts = Counts(self.counts)
        for key, count in other.counts.items():
            counts[key] += count
        return MeasuresSummary(self.frame, dict(counts))

    def get(self, *key: str) -> int:
        """The count under a key; nothing counted is 0."""
        return self.counts.get(key, 0)

    def under(self, *start: str) -> Iterator[tuple[Key, int]]:
        """The counts whose keys start so, each with the rest of its key, in order."""
        length = len(start)
        for key in sorted(self.counts):
            if key[:length] == start:
                yield key[length:], self.counts[key]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        frame = self.frame
        return {
            "version": SUMMARY_VERSION,
            "frame": {
                "as_of": frame.as_of.isoformat(),
                "currency": frame.currency,
                "zone": frame.zone,
                "window_days": frame.window_days,
                "flow_days": frame.flow_days,
                "months": frame.months,
            },
            "counts": {_BETWEEN.join(key): self.counts[key] for key in sorted(self.counts)},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote. ValueError for the summary of another release."""
        if data.get("version") != SUMMARY_VERSION:
            message = (
                f"a measures summary of version {data.get('version')}, this code reads {SUMMARY_VERSION}: "
                "all parts of a night must be counted by one release"
            )
            raise ValueError(message)
        frame = {**data["frame"], "as_of": datetime.fromisoformat(data["frame"]["as_of"])}
        return cls(
            Frame(**frame), {tuple(key.split(_BETWEEN)): count for key, count in data["counts"].items()}
        )
