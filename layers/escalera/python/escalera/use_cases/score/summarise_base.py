"""What a part of the base adds up to: enough to fit the value model and to cut classes, fifths and groups."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from escalera.domain.history import CustomerHistory
from escalera.domain.scoring import BaseSummary, summarise
from escalera.domain.value.buying import Buying
from escalera.domain.value.counts import PurchaseCounts, SpendCounts
from escalera.ports.night import ExportReader, NightFiles
from escalera.use_cases.score.histories import read_histories
from escalera.use_cases.score.nights import Night
from escalera.use_cases.score.rules import NightRules


@dataclass(frozen=True, slots=True)
class PartSummary:
    """A part of the base, or by `combined` many of them."""

    base: BaseSummary
    purchases: PurchaseCounts
    spending: SpendCounts

    @classmethod
    def combined(cls, parts: Iterable[Self]) -> Self:
        """The sum."""
        every = list(parts)
        base = BaseSummary()
        for one in every:
            base += one.base
        return cls(
            base,
            PurchaseCounts.combined(one.purchases for one in every),
            SpendCounts.combined(one.spending for one in every),
        )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; the counts as numpy writes them, in base 64."""
        return {
            "base": self.base.to_json(),
            "purchases": b64encode(self.purchases.to_bytes()).decode(),
            "spending": b64encode(self.spending.to_bytes()).decode(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """What `to_json` wrote."""
        return cls(
            BaseSummary.from_json(data["base"]),
            PurchaseCounts.from_bytes(b64decode(data["purchases"])),
            SpendCounts.from_bytes(b64decode(data["spending"])),
        )


@dataclass(slots=True)
class _Buyers:
    """How each of those who pass by bought."""

    rules: NightRules
    as_of: datetime
    bought: list[Buying] = field(default_factory=list)

    def pass_on(self, histories: Iterable[CustomerHistory]) -> Iterator[CustomerHistory]:
        """The same customers, one at a time."""
        for history in histories:
            found = self.rules.buying_of(history, self.as_of)
            if found is not None:
                self.bought.append(found)
            yield history


def summarise_base(
    night: Night, bucket: int, *, files: NightFiles, export: ExportReader, rules: NightRules
) -> int:
    """Sum up one part of the base and leave it among the night's files; the answer is how many customers ever bought."""
    buyers = _Buyers(rules, night.as_of)
    histories = buyers.pass_on(read_histories(night, bucket, files=files, export=export))
    base = summarise(histories, rules.scoring, night.as_of)
    frequency = [one.frequency for one in buyers.bought]
    part = PartSummary(
        base,
        PurchaseCounts.of(
            frequency, [one.recency for one in buyers.bought], [one.age for one in buyers.bought]
        ),
        SpendCounts.of(frequency, [one.mean_spend for one in buyers.bought]),
    )
    files.write(night.of_bucket(night.summaries, bucket), part.to_json())
    return base.customers
