"""A complaint's three words in any order, and the promise of an answer, to the second."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from escalera.domain.complaints import answer_due, judge_promise, merge, with_complaint
from escalera.domain.customer import Customer
from escalera.domain.facts import Complaint, Promise, PromiseStatus
from escalera.domain.vocabulary import ComplaintId, CustomerId, OrderId, PromiseId

ANA, ID = CustomerId("ana"), ComplaintId("31")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DUE = NOON + timedelta(hours=24)
SECOND = timedelta(seconds=1)

RAISED = Complaint(ANA, ID, raised_at=NOON, order_id=OrderId("o-1"), subject="Broken lamp")
ANSWERED = Complaint(ANA, ID, answered_at=NOON + timedelta(hours=3))
RESOLVED = Complaint(ANA, ID, resolved_at=NOON + timedelta(days=3), cause="packaging")
PROMISE = Promise(ANA, PromiseId("p-1"), "answer-complaint", "31", made_at=NOON, due_at=DUE)


def live(*words: Complaint) -> tuple[Customer, Complaint]:
    customer, known = Customer(ANA), None
    for word in words:
        known = merge(known, word)
        customer = with_complaint(customer, known)
    assert known is not None
    return customer, known


@pytest.mark.parametrize("words", list(permutations((RAISED, ANSWERED, RESOLVED, RAISED))))
def test_any_order_and_any_repetition_ends_in_the_same_closed_complaint(words):
    customer, complaint = live(*words)
    assert complaint == Complaint(
        ANA,
        ID,
        raised_at=NOON,
        answered_at=NOON + timedelta(hours=3),
        resolved_at=NOON + timedelta(days=3),
        order_id=OrderId("o-1"),
        subject="Broken lamp",
        cause="packaging",
    )
    assert not customer.has_open_complaint


@pytest.mark.parametrize("words", list(permutations((RAISED, ANSWERED))))
def test_an_answer_alone_does_not_close_a_complaint(words):
    customer, complaint = live(*words)
    assert complaint.is_open
    assert customer.open_complaints == {ID: NOON}


@pytest.mark.parametrize("word", [ANSWERED, RESOLVED])
def test_a_complaint_nobody_raised_is_not_open(word):
    customer, complaint = live(word)
    assert not complaint.is_open
    assert not customer.has_open_complaint


def test_the_earliest_word_of_each_kind_counts():
    sooner = Complaint(ANA, ID, raised_at=NOON - SECOND, answered_at=NOON)
    for words in permutations((RAISED, ANSWERED, sooner)):
        customer, complaint = live(*words)
        assert (complaint.raised_at, complaint.answered_at) == (NOON - SECOND, NOON)
        assert customer.open_complaints == {ID: NOON - SECOND}


def test_one_complaint_closed_leaves_another_open():
    other = Complaint(ANA, ComplaintId("32"), raised_at=NOON)
    customer = with_complaint(with_complaint(Customer(ANA), RAISED), other)
    customer = with_complaint(customer, merge(RAISED, RESOLVED))
    assert customer.open_complaints == {ComplaintId("32"): NOON}


def test_a_complaint_told_again_leaves_the_customer_untouched():
    customer = with_complaint(Customer(ANA), RAISED)
    assert with_complaint(customer, RAISED) is customer


@pytest.mark.parametrize(
    ("complaint", "now", "status", "settled"),
    [
        (None, DUE - SECOND, PromiseStatus.OPEN, None),
        (None, DUE, PromiseStatus.BROKEN, DUE),
        (RAISED, DUE - SECOND, PromiseStatus.OPEN, None),
        (RAISED, DUE, PromiseStatus.BROKEN, DUE),
        (RAISED, DUE + timedelta(days=2), PromiseStatus.BROKEN, DUE + timedelta(days=2)),
        (ANSWERED, NOON + timedelta(hours=4), PromiseStatus.KEPT, ANSWERED.answered_at),
        # Noticed only days later, it was kept all the same.
        (ANSWERED, DUE + timedelta(days=2), PromiseStatus.KEPT, ANSWERED.answered_at),
        (Complaint(ANA, ID, answered_at=DUE), DUE, PromiseStatus.KEPT, DUE),
        (Complaint(ANA, ID, answered_at=DUE + SECOND), DUE + SECOND, PromiseStatus.BROKEN, DUE + SECOND),
        # A solution is an answer; the earlier of the two counts.
        (Complaint(ANA, ID, resolved_at=NOON), DUE, PromiseStatus.KEPT, NOON),
        (Complaint(ANA, ID, answered_at=DUE + SECOND, resolved_at=DUE), DUE, PromiseStatus.KEPT, DUE),
        (RESOLVED, NOON + timedelta(days=4), PromiseStatus.BROKEN, NOON + timedelta(days=4)),
    ],
)
def test_a_promised_answer_is_kept_in_time_or_broken_when_the_time_has_come(complaint, now, status, settled):
    judged = judge_promise(PROMISE, complaint, now)
    assert (judged.status, judged.settled_at) == (status, settled)


def test_what_became_of_a_promise_is_settled_once():
    broken = judge_promise(PROMISE, None, DUE)
    assert judge_promise(broken, ANSWERED, DUE + SECOND) is broken
    kept = judge_promise(PROMISE, ANSWERED, NOON + timedelta(hours=4))
    assert judge_promise(kept, None, DUE + SECOND) is kept


CAUSED_LATER = Complaint(
    ANA, ID, resolved_at=NOON + timedelta(days=5), cause="carrier", cause_at=NOON + timedelta(days=5)
)
BY_STAFF = Complaint(
    ANA, ID, resolved_at=NOON + timedelta(days=2), cause="late", cause_at=NOON + timedelta(days=2)
)
AT_ONCE = replace(CAUSED_LATER, cause="packing")
PROMISED = Complaint(ANA, ID, promised_at=DUE)


@pytest.mark.parametrize("words", list(permutations((RAISED, CAUSED_LATER, BY_STAFF, PROMISED, AT_ONCE))))
def test_of_several_causes_the_one_found_last_counts_in_whatever_order_they_come(words):
    _, complaint = live(*words, *words)
    assert (complaint.cause, complaint.cause_at) == ("packing", NOON + timedelta(days=5))
    assert (complaint.resolved_at, complaint.promised_at) == (NOON + timedelta(days=2), DUE)


def test_word_without_a_cause_takes_none_away():
    later = Complaint(ANA, ID, resolved_at=NOON + timedelta(days=9))
    assert merge(BY_STAFF, later).cause == merge(later, BY_STAFF).cause == "late"


def test_shops_own_word_does_not_take_a_complaint_from_its_owner():
    owned = replace(RAISED, owner="Marta", owner_id="sub-marta")
    for merged in (merge(owned, ANSWERED), merge(ANSWERED, owned)):
        assert (merged.owner, merged.owner_id) == ("Marta", "sub-marta")


def test_answer_is_owed_by_the_hour_promised_else_by_the_shops_own_time_until_it_is_given():
    within = timedelta(hours=30)
    assert answer_due(RAISED, within) == NOON + within
    assert answer_due(merge(RAISED, PROMISED), within) == DUE
    assert answer_due(merge(RAISED, ANSWERED), within) is None
    assert answer_due(merge(RAISED, RESOLVED), within) is None
    assert answer_due(PROMISED, within) is None
