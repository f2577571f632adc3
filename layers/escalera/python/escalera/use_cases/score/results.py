"""What scoring a part of the base came to; parts add up."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from escalera.domain.customer import Customer
from escalera.domain.history import CustomerHistory
from escalera.domain.measures import MeasureRules, MeasuresSummary

_NUMBERS = ("known", "scored", "changed", "written", "left")


@dataclass(frozen=True, slots=True)
class PartResult:
    """Counts of customers, and the measures of those customers."""

    measures: MeasuresSummary
    known: int = 0
    """Who is in the table and not erased."""
    scored: int = 0
    """Of them, those with a score: they have bought, or are in a group."""
    changed: int = 0
    """Of them, those whose score is worth a write."""
    written: int = 0
    """Of them, those that were written."""
    left: int = 0
    """Of them, those left to the next night: somebody else kept writing them meanwhile."""
    classes: Mapping[str, int] = field(default_factory=dict)
    """Customers by class."""
    groups: Mapping[str, int] = field(default_factory=dict)
    """Customers by group; one may be in several."""

    @classmethod
    def of(cls, histories: Sequence[CustomerHistory], after: Sequence[Customer], rules: MeasureRules) -> Self:
        """Customers as they were read, and as the night finds them."""
        found = [
            replace(history, customer=customer) for history, customer in zip(histories, after, strict=True)
        ]
        return cls(
            MeasuresSummary.over(found, rules),
            known=len(after),
            scored=sum(customer.score is not None for customer in after),
            classes=Counter(str(one.abc_class) for one in after if one.abc_class is not None),
            groups=Counter(
                str(one.group) for customer in after if customer.score for one in customer.score.groups
            ),
        )

    def __add__(self, other: "PartResult") -> "PartResult":
        numbers = {name: getattr(self, name) + getattr(other, name) for name in _NUMBERS}
        return PartResult(
            self.measures + other.measures,
            **numbers,
            classes=Counter(self.classes) + Counter(other.classes),
            groups=Counter(self.groups) + Counter(other.groups),
        )

    def numbers(self) -> dict[str, Any]:
        """The counts as plain JSON."""
        return {
            **{name: getattr(self, name) for name in _NUMBERS},
            "classes": dict(sorted(self.classes.items())),
            "groups": dict(sorted(self.groups.items())),
        }

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**self.numbers(), "measures": self.measures.to_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` wrote."""
        return cls(**{**data, "measures": MeasuresSummary.from_json(data["measures"])})


def combined(parts: Iterable[PartResult], rules: MeasureRules) -> PartResult:
    """The sum of any number of parts."""
    whole = PartResult(MeasuresSummary(rules.frame))
    for part in parts:
        whole += part
    return whole
