"""Criteria as the compiled programme writes them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from escalera.domain.criteria.alone import (
    Complained,
    KnownPeople,
    OfClass,
    OneCategory,
    OnRung,
    Reachable,
    Silent,
)
from escalera.domain.criteria.compared import LowestMargin, RevenueFell, TopRevenue
from escalera.domain.criteria.criterion import Criterion
from escalera.domain.vocabulary import AbcClass, MessageChannel, Rung

_KINDS: Mapping[str, Any] = {
    "top_revenue": lambda told: TopRevenue(told["share"], _span(told["within"])),
    "lowest_margin": lambda told: LowestMargin(
        told["share"], _span(told["within"]), told["goods"], told["per_refund"], told["per_complaint"]
    ),
    "revenue_fell": lambda told: RevenueFell(told["by"], _span(told["within"]), told["of_the_top"]),
    "one_category": lambda told: OneCategory(told["share"], told["orders"], _span(told["within"])),
    "silent": lambda told: Silent(_span(told["at_least"]), _span(told["at_most"])),
    "complained": lambda told: Complained(_span(told["within"])),
    "class": lambda told: OfClass(tuple(map(AbcClass, told))),
    "rung": lambda told: OnRung(tuple(map(Rung, told))),
    "people": lambda told: KnownPeople(told["at_least"]),
    "reachable": lambda told: Reachable(tuple(map(MessageChannel, told))),
}


def criterion_of(kind: str, told: Any) -> Criterion:
    """The criterion that the compiled programme writes as `kind: told`; lengths of time are seconds there."""
    criterion: Criterion = _KINDS[kind](told)
    return criterion


def _span(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)
