"""Yes and no, STOP, and channels closed for ever."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import hypothesis
import pytest
from hypothesis import strategies as st

from escalera.domain.consent import (
    allows,
    is_suppressed,
    with_consent,
    with_resubscribe,
    with_suppression,
    with_unsubscribe,
)
from escalera.domain.customer import Contact, Customer
from escalera.domain.vocabulary import CustomerId, MessageChannel, Purpose, SuppressionReason

EMAIL, SMS = MessageChannel.EMAIL, MessageChannel.SMS
PROMOTION = Purpose.PROMOTION
BOUNCE, SPAM = SuppressionReason.HARD_BOUNCE, SuppressionReason.SPAM_COMPLAINT
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANA = Customer(CustomerId("ana"), contact=Contact(email="ana@example.com", phone="+447700900123"))


def say(*words: tuple[bool, datetime]) -> Customer:
    customer = ANA
    for given, at in words:
        customer = with_consent(customer, PROMOTION, EMAIL, given=given, at=at)
    return customer


def moved(customer: Customer, email: str | None) -> Customer:
    return replace(customer, contact=replace(customer.contact, email=email))


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (((True, NOON), (False, NOON + HOUR)), False),
        (((False, NOON), (True, NOON + HOUR)), True),
        (((True, NOON), (False, NOON)), False),  # at the same instant the no counts
        (((True, NOON), (False, NOON + HOUR), (True, NOON + 2 * HOUR)), True),
        (((True, NOON), (True, NOON + HOUR), (False, NOON + HOUR)), False),
    ],
)
def test_the_later_word_counts_whatever_the_order_it_is_heard_in(words, given):
    for order in permutations(words):
        customer = say(*order)
        assert customer == say(*words)
        assert allows(customer, PROMOTION, EMAIL, must_ask=True) == given


def test_the_same_word_again_changes_nothing():
    customer = say((True, NOON))
    assert with_consent(customer, PROMOTION, EMAIL, given=True, at=NOON) is customer


def test_a_word_is_for_one_purpose_on_one_channel():
    customer = say((True, NOON))
    assert not allows(customer, PROMOTION, SMS, must_ask=True)
    assert not allows(customer, Purpose.RELATIONSHIP, EMAIL, must_ask=True)


def test_silence_is_a_yes_only_where_the_shop_need_not_ask():
    assert allows(ANA, Purpose.SERVICE, EMAIL, must_ask=False)
    assert not allows(ANA, Purpose.SERVICE, EMAIL, must_ask=True)
    assert not allows(say((False, NOON)), PROMOTION, EMAIL, must_ask=False)


def test_stop_is_remembered_per_channel_since_it_was_last_said():
    customer = with_unsubscribe(ANA, SMS, NOON)
    assert customer.unsubscribed == {SMS: NOON}
    assert with_unsubscribe(customer, SMS, NOON) is customer
    assert with_unsubscribe(customer, SMS, NOON - HOUR) is customer
    assert with_unsubscribe(customer, SMS, NOON + HOUR).unsubscribed == {SMS: NOON + HOUR}
    assert with_unsubscribe(customer, EMAIL, NOON + HOUR).unsubscribed == {SMS: NOON, EMAIL: NOON + HOUR}


@hypothesis.given(
    st.permutations([("stop", 0), ("again", 1), ("stop", 2), ("again", 3), ("stop", 4), ("again", 4)])
)
def test_of_stop_and_subscribing_again_the_later_counts_in_whatever_order_they_are_heard(said):
    def heard(told):
        customer = ANA
        for word, hour in told:
            change = with_unsubscribe if word == "stop" else with_resubscribe
            customer = change(customer, SMS, NOON + hour * HOUR)
        return customer

    assert heard(said).unsubscribed == {SMS: NOON + 4 * HOUR}
    assert heard([one for one in said if one[1] < 4]).unsubscribed == {}
    assert heard([one for one in said if one[1] < 3]).unsubscribed == {SMS: NOON + 2 * HOUR}


def test_a_bounce_closes_the_address_that_bounced_and_no_other():
    customer = with_suppression(ANA, EMAIL, BOUNCE, NOON, address="ana@example.com")
    assert is_suppressed(customer, EMAIL)
    assert not is_suppressed(customer, SMS)
    assert not is_suppressed(moved(customer, "new@example.com"), EMAIL)
    assert is_suppressed(moved(moved(customer, "new@example.com"), "Ana@Example.com "), EMAIL)


def test_the_address_itself_is_not_kept():
    customer = with_suppression(ANA, EMAIL, BOUNCE, NOON, address="ana@example.com")
    assert "example.com" not in repr(customer.suppressed)


def test_a_spam_complaint_closes_every_address():
    customer = with_suppression(ANA, EMAIL, SPAM, NOON, address="ana@example.com")
    assert is_suppressed(moved(customer, "new@example.com"), EMAIL)


@pytest.mark.parametrize("order", list(permutations([BOUNCE, SPAM])))
def test_a_bounce_never_softens_a_spam_complaint(order):
    customer = ANA
    for reason in order:
        customer = with_suppression(customer, EMAIL, reason, NOON, address="ana@example.com")
    assert customer.suppressed[EMAIL].reason is SPAM
    assert is_suppressed(moved(customer, "new@example.com"), EMAIL)


def test_a_bounce_of_nobody_knows_which_address_closes_all_and_a_second_opens_none():
    customer = with_suppression(ANA, EMAIL, BOUNCE, NOON, address=None)
    again = with_suppression(customer, EMAIL, BOUNCE, NOON + HOUR, address="old@example.com")
    assert is_suppressed(again, EMAIL)
    assert is_suppressed(moved(again, "new@example.com"), EMAIL)


def test_a_late_bounce_of_a_former_address_does_not_open_the_present_one():
    customer = with_suppression(ANA, EMAIL, BOUNCE, NOON, address="ana@example.com")
    late = with_suppression(customer, EMAIL, BOUNCE, NOON + HOUR, address="old@example.com")
    assert is_suppressed(late, EMAIL)


def test_a_late_bounce_of_a_former_address_does_not_close_the_present_one():
    late = with_suppression(ANA, EMAIL, BOUNCE, NOON, address="old@example.com")
    assert not is_suppressed(late, EMAIL)
    assert is_suppressed(with_suppression(late, EMAIL, BOUNCE, NOON, address="ana@example.com"), EMAIL)


def test_a_bounce_told_again_changes_nothing():
    customer = with_suppression(ANA, EMAIL, BOUNCE, NOON, address="ana@example.com")
    assert with_suppression(customer, EMAIL, BOUNCE, NOON + HOUR, address="ana@example.com") is customer
