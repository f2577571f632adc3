"""What the shop earns by keeping customers, in numbers (doctrine E9): counted per customer, added, then measured."""

from escalera.domain.measures.frame import Frame, MeasureRules
from escalera.domain.measures.measuring import TARGETABLE, measures
from escalera.domain.measures.result import Measures
from escalera.domain.measures.summary import MeasuresSummary
from escalera.domain.measures.written import from_json, to_json

__all__ = [
    "TARGETABLE",
    "Frame",
    "MeasureRules",
    "Measures",
    "MeasuresSummary",
    "from_json",
    "measures",
    "to_json",
]
