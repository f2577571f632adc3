"""What holds for rate limits, in memory and in the table."""

from datetime import timedelta

from escalera.domain.limits import Action, Limit
from tests.fakes.facts import NOON

THREE = Limit(3, timedelta(hours=1))


def test_so_many_are_counted_and_no_more(kept):
    taken = [kept.limits.take(Action.COMPLAIN, "ana", THREE, NOON + timedelta(minutes=n)) for n in range(5)]
    assert taken == [True, True, True, False, False]


def test_the_next_window_counts_anew(kept):
    for _ in range(4):
        kept.limits.take(Action.COMPLAIN, "ana", THREE, NOON)
    assert not kept.limits.take(Action.COMPLAIN, "ana", THREE, NOON + timedelta(minutes=59))
    assert kept.limits.take(Action.COMPLAIN, "ana", THREE, NOON + timedelta(minutes=60))


def test_each_action_and_each_person_has_a_count_of_its_own(kept):
    for _ in range(3):
        assert kept.limits.take(Action.COMPLAIN, "ana", THREE, NOON)
    assert kept.limits.take(Action.CORRECT, "ana", THREE, NOON)
    assert kept.limits.take(Action.COMPLAIN, "berta", THREE, NOON)
    assert not kept.limits.take(Action.COMPLAIN, "ana", THREE, NOON)
