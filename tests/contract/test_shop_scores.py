"""What every `ShopScores` promises, asked of each."""

from dataclasses import replace
from datetime import timedelta

from escalera.domain.customer import ClassSpell, Customer
from escalera.domain.vocabulary import AbcClass
from escalera.ports.customers import Change
from tests.fakes.facts import ANA, NOON
from tests.fakes.scores import a_customer_score, a_shop_score


def test_before_the_first_night_there_is_no_score(kept):
    assert kept.scores.latest() is None


def test_score_is_read_back_as_it_was_kept(kept):
    score = a_shop_score()
    assert kept.scores.keep(score)
    assert kept.scores.latest() == score


def test_score_without_customers_or_model_is_read_back_as_it_was_kept(kept):
    bare = replace(
        a_shop_score(),
        customers=0,
        class_cuts=replace(a_shop_score().class_cuts, a=None, b=None),
        value_model=None,
        no_value_because="nobody has bought yet",
        group_cuts={},
        notes=(),
    )
    kept.scores.keep(bare)
    assert kept.scores.latest() == bare


def test_later_score_takes_the_place_of_an_earlier_one(kept):
    later = a_shop_score(as_of=NOON + timedelta(days=1), customers=8)
    assert kept.scores.keep(a_shop_score())
    assert kept.scores.keep(later)
    assert kept.scores.latest() == later


def test_night_that_ends_late_does_not_undo_a_later_one(kept):
    later = a_shop_score(as_of=NOON + timedelta(microseconds=1))
    kept.scores.keep(later)
    assert not kept.scores.keep(a_shop_score())
    assert kept.scores.latest() == later


def test_same_night_may_be_kept_again(kept):
    kept.scores.keep(a_shop_score())
    assert kept.scores.keep(a_shop_score(customers=9))
    assert kept.scores.latest().customers == 9


def test_score_of_a_customer_is_kept_with_them(kept):
    scored = Customer(
        ANA,
        orders=2,
        abc_class=AbcClass.A,
        class_history=(ClassSpell(AbcClass.B, NOON), ClassSpell(AbcClass.A, NOON + timedelta(days=3))),
        score=a_customer_score(),
    )
    kept.customers.save([Change(Customer(ANA), scored)])
    assert kept.customers.load([ANA])[ANA] == replace(scored, version=1)
