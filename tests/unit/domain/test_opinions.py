"""What customers think of their orders, and what a bad score leads to."""

from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalera.domain.facts import Opinion
from escalera.domain.opinions import SCORES, OpinionRules, as_subject, complaint_of, merge_opinions
from escalera.domain.vocabulary import CustomerId, OrderId

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RULES = OpinionRules(low=2, high=5)


def an_opinion(score: int = 1, minute: int = 0, comment: str = "") -> Opinion:
    at = NOON + timedelta(minutes=minute)
    return Opinion(CustomerId("ana"), OrderId("5001"), score, at, comment, at if comment else None)


said = st.builds(
    an_opinion, st.sampled_from(SCORES), st.integers(0, 3), st.sampled_from(["", "Late", "Broken"])
)


@given(st.lists(said, min_size=1, max_size=4), st.randoms())
def test_the_last_score_and_the_last_comment_count_in_whatever_order_they_are_heard(told, draw):
    assert reduce(merge_opinions, told) == reduce(merge_opinions, draw.sample(told, len(told)))


def test_a_later_score_keeps_what_was_written_before():
    known = merge_opinions(an_opinion(1, 0, "Late"), an_opinion(3, 1))
    assert (known.score, known.comment) == (3, "Late")


@pytest.mark.parametrize(("score", "opens"), [(1, True), (2, True), (3, False), (5, False)])
def test_a_bad_score_is_a_complaint_and_a_middling_one_is_not(score, opens):
    assert (complaint_of(an_opinion(score), RULES) is not None) == opens


@given(said)
def test_the_bad_score_of_an_order_is_one_complaint_however_often_it_is_given(opinion):
    complaint, first = complaint_of(opinion, RULES), complaint_of(an_opinion(1), RULES)
    assert first is not None
    assert complaint is None or complaint.key == first.key


def test_what_was_written_is_kept_whole_and_its_subject_fits_into_an_event():
    words = "It came late.\n" + "And it was wet. " * 30
    complaint = complaint_of(an_opinion(1, comment=words), RULES)

    assert complaint is not None
    assert complaint.text == words
    assert len(complaint.subject) <= 200
    assert complaint.subject.startswith("It came late. And it was wet.")
    assert complaint.subject.endswith("…")
    assert as_subject("  The lamp\n is broken ") == "The lamp is broken"
