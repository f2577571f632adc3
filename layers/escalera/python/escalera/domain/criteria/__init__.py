"""By what a customer can belong to a group (doctrine P4a-P4f, P5e): a few kinds of criteria, each with its numbers.

The programme's groups are made of these. A criterion that compares a customer with the others (`place`) says which
number of each customer is spread over the base and which end of the spread it takes; the nightly score turns that into a
cut point. All others look at the customer alone. Money is in minor units of the shop's currency.
"""

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
from escalera.domain.criteria.criterion import Criterion, Finding, Place, Subject
from escalera.domain.criteria.reading import criterion_of

__all__ = [
    "Complained",
    "Criterion",
    "Finding",
    "KnownPeople",
    "LowestMargin",
    "OfClass",
    "OnRung",
    "OneCategory",
    "Place",
    "Reachable",
    "RevenueFell",
    "Silent",
    "Subject",
    "TopRevenue",
    "criterion_of",
]
