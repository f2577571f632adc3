"""What customers think of their orders (doctrine S9): a complaint is a gift, and a bad score is one."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from escalera.domain.facts import Complaint, Opinion
from escalera.domain.once import complaint_id
from escalera.domain.vocabulary import SalesChannel

SCORES = range(1, 6)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class OpinionRules:
    """What a score leads to."""

    low: int
    """This score and worse ones open a complaint."""
    high: int
    """Who gives this score or a better one may be asked for a review."""


def merge_opinions(known: Opinion | None, told: Opinion) -> Opinion:
    """The later score, and the later comment, whichever is heard first; of one instant the worse score counts."""
    if known is None:
        return told
    scored = max(known, told, key=lambda one: (one.scored_at, -one.score))
    said = max(known, told, key=lambda one: (one.commented_at or _LONG_AGO, one.comment))
    return replace(
        known,
        score=scored.score,
        scored_at=scored.scored_at,
        comment=said.comment,
        commented_at=said.commented_at,
    )


def complaint_of(opinion: Opinion, rules: OpinionRules) -> Complaint | None:
    """The complaint that a bad score is, the same one however often it is given; None for any other score."""
    if opinion.score > rules.low:
        return None
    return Complaint(
        opinion.customer_id,
        complaint_id(opinion.customer_id, "opinion", opinion.order_id),
        raised_at=opinion.scored_at,
        order_id=opinion.order_id,
        subject=as_subject(opinion.comment),
        text=opinion.comment,
        channel=SalesChannel.WEB,  # opinions are given on the customer's own page
    )


def as_subject(words: str) -> str:
    """The customer's words as a subject: in one line, and no longer than an event may carry."""
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST_SUBJECT else f"{line[: _LONGEST_SUBJECT - 1].rstrip()}…"
