"""What somebody who talks to a customer should know, at one look (doctrine L4): made of the customer and the facts alone."""

from escalera.domain.brief.advice import Advice, Manner
from escalera.domain.brief.compose import CustomerBrief, brief_of
from escalera.domain.brief.parts import BriefTerms, Considered, OpenComplaint, Reach, Rhythm, Worth
from escalera.domain.brief.timeline import Moment, MomentKind, timeline

__all__ = [
    "Advice",
    "BriefTerms",
    "Considered",
    "CustomerBrief",
    "Manner",
    "Moment",
    "MomentKind",
    "OpenComplaint",
    "Reach",
    "Rhythm",
    "Worth",
    "brief_of",
    "timeline",
]
