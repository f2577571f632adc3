"""An address is changed on a page: it waits, is confirmed from there, and can be taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalera.domain.address_changes import (
    CONFIRM_WITHIN,
    MOST_CHANGES,
    NOT_AGAIN_BEFORE,
    TAKE_BACK_WITHIN,
    former_addresses,
    has_mark,
    is_of_another_time,
    may_change,
    pending_address,
    with_address_taken_back,
    with_confirmed_address,
    with_pending_address,
)
from escalera.domain.consent import with_consent
from escalera.domain.contacts import with_contact
from escalera.domain.customer import Contact, Customer
from escalera.domain.links import address_mark
from escalera.domain.vocabulary import CustomerId, MessageChannel, Purpose
from tests.fakes.facts import NOON

EMAIL, SMS = MessageChannel.EMAIL, MessageChannel.SMS
OLD, NEW, THIRD = "old@example.com", "new@example.com", "third@example.com"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PAIRS = [
    (purpose, channel) for purpose in (Purpose.RELATIONSHIP, Purpose.PROMOTION) for channel in (EMAIL, SMS)
]


def mark(address: str, channel: MessageChannel = EMAIL) -> bytes:
    return address_mark(channel, address)


def ana(email: str = OLD) -> Customer:
    """She said yes to everything."""
    contact = Contact(given_name="Ana", email=email, phone="+447700900123", as_of=NOON - DAY)
    customer = Customer(CustomerId("ana"), contact=contact)
    for purpose, channel in PAIRS:
        customer = with_consent(customer, purpose, channel, given=True, at=NOON - DAY)
    return customer


def asked(address: str = NEW) -> Customer:
    return with_pending_address(ana(), EMAIL, address, NOON)


def done(found: Customer | None) -> Customer:
    """The customer as the change made them; it was made."""
    assert found is not None
    return found


def changed(customer: Customer, address: str, at_after: timedelta) -> Customer:
    """Asked for, and confirmed a minute later."""
    at = NOON + at_after
    waiting = with_pending_address(customer, EMAIL, address, at)
    return done(with_confirmed_address(waiting, EMAIL, mark(address), at + MINUTE))


def test_an_address_that_was_asked_for_is_not_the_customers():
    waiting = asked()
    assert waiting.contact == ana().contact
    assert not has_mark(waiting, mark(NEW))
    waits = pending_address(waiting, EMAIL, NOON)
    assert waits is not None
    assert waits.address == NEW


def test_confirmed_it_is_theirs_and_no_yes_travels_with_it():
    there = done(with_confirmed_address(asked(), EMAIL, mark(NEW), NOON + MINUTE))
    assert there.contact.email == NEW
    assert has_mark(there, mark(NEW))
    assert not has_mark(there, mark(OLD))
    assert {pair: there.consents[pair].given for pair in PAIRS} == {pair: pair[1] is SMS for pair in PAIRS}
    assert there.data_links_from == NOON + MINUTE
    assert dict(there.pending_addresses) == {}


@pytest.mark.parametrize("other", [mark(OLD), mark(THIRD), mark(NEW, SMS), b"", b"\0" * 6])
def test_only_a_link_to_that_address_confirms_it(other):
    assert with_confirmed_address(asked(), EMAIL, other, NOON + MINUTE) is None
    assert with_confirmed_address(asked(), SMS, mark(NEW), NOON + MINUTE) is None


def test_it_waits_so_long_and_no_longer():
    late = NOON + CONFIRM_WITHIN
    assert with_confirmed_address(asked(), EMAIL, mark(NEW), late - MINUTE) is not None
    assert with_confirmed_address(asked(), EMAIL, mark(NEW), late) is None


def test_a_second_time_it_confirms_nothing():
    there = done(with_confirmed_address(asked(), EMAIL, mark(NEW), NOON + MINUTE))
    assert with_confirmed_address(there, EMAIL, mark(NEW), NOON + 2 * MINUTE) is None


def test_the_newer_request_replaces_the_older_one():
    again = with_pending_address(asked(), EMAIL, THIRD, NOON + MINUTE)
    assert with_confirmed_address(again, EMAIL, mark(NEW), NOON + 2 * MINUTE) is None
    there = done(with_confirmed_address(again, EMAIL, mark(THIRD), NOON + 2 * MINUTE))
    assert there.contact.email == THIRD


def test_asked_again_at_once_it_is_the_first_request():
    assert with_pending_address(asked(), EMAIL, NEW.upper(), NOON + NOT_AGAIN_BEFORE - MINUTE) == asked()
    later = NOON + NOT_AGAIN_BEFORE
    assert with_pending_address(asked(), EMAIL, NEW, later).pending_addresses[EMAIL].asked_at == later


def test_the_present_address_is_not_asked_for():
    assert with_pending_address(ana(), EMAIL, OLD.upper(), NOON) == ana()


def test_a_word_of_the_shop_meanwhile_is_the_newer_one():
    told = with_contact(asked(), Contact(email=THIRD, as_of=NOON + MINUTE))
    assert pending_address(told, EMAIL, NOON + MINUTE) is None
    assert with_confirmed_address(told, EMAIL, mark(NEW), NOON + 2 * MINUTE) is None


def test_who_had_no_address_confirms_the_first_and_there_is_nothing_to_take_back():
    nobody = replace(ana(), contact=Contact(phone="+447700900123", as_of=NOON - DAY))
    there = changed(nobody, NEW, DAY)
    assert there.contact.email == NEW
    assert former_addresses(there, EMAIL, NOON + 2 * DAY) == ()


def test_taken_back_it_is_as_before_and_no_yes_travels_back():
    there = changed(ana(), NEW, MINUTE)
    said = with_consent(there, Purpose.PROMOTION, EMAIL, given=True, at=NOON + DAY)
    back = done(with_address_taken_back(said, EMAIL, mark(OLD), NOON + 2 * DAY))
    assert back.contact.email == OLD
    assert has_mark(back, mark(OLD))
    assert not has_mark(back, mark(NEW))
    assert not back.consents[Purpose.PROMOTION, EMAIL].given
    assert back.data_links_from == NOON + 2 * DAY
    assert with_address_taken_back(back, EMAIL, mark(OLD), NOON + 2 * DAY) is None


@pytest.mark.parametrize("new", ["aaa@example.com", "zzz@example.com"])
def test_confirmed_and_taken_back_in_one_instant_each_is_the_newer_word(new):
    there = done(
        with_confirmed_address(with_pending_address(ana(), EMAIL, new, NOON), EMAIL, mark(new), NOON)
    )
    assert there.contact.email == new
    assert done(with_address_taken_back(there, EMAIL, mark(OLD), NOON)).contact.email == OLD
    told = with_contact(ana(), Contact(email=THIRD, as_of=NOON))
    waiting = with_pending_address(told, EMAIL, new, NOON)
    assert done(with_confirmed_address(waiting, EMAIL, mark(new), NOON)).contact.email == new


def test_the_way_back_ends():
    there, end = changed(ana(), NEW, -MINUTE), NOON + TAKE_BACK_WITHIN
    assert with_address_taken_back(there, EMAIL, mark(OLD), end - MINUTE) is not None
    assert with_address_taken_back(there, EMAIL, mark(OLD), end) is None


def test_the_first_address_takes_back_a_chain_of_changes_and_what_waits():
    last = changed(changed(ana(), NEW, MINUTE), THIRD, DAY)
    last = with_pending_address(last, EMAIL, "fourth@example.com", NOON + 2 * DAY)
    back = done(with_address_taken_back(last, EMAIL, mark(OLD), NOON + 2 * DAY))
    assert back.contact.email == OLD
    assert dict(back.former_addresses) == {}
    assert dict(back.pending_addresses) == {}
    assert with_address_taken_back(back, EMAIL, mark(NEW), NOON + 3 * DAY) is None


def test_a_word_of_the_shop_after_the_change_ends_the_way_back():
    told = with_contact(changed(ana(), NEW, MINUTE), Contact(email=THIRD, as_of=NOON + DAY))
    assert with_address_taken_back(told, EMAIL, mark(OLD), NOON + 2 * DAY) is None


def test_so_many_changes_that_the_first_stays_within_reach():
    customer = ana()
    for number in range(MOST_CHANGES):
        customer = changed(customer, f"{number}@example.com", number * DAY / 10)
    assert not may_change(customer, EMAIL, NOON + DAY)
    waiting = with_pending_address(customer, EMAIL, NEW, NOON + DAY)
    assert with_confirmed_address(waiting, EMAIL, mark(NEW), NOON + DAY + MINUTE) is None
    assert done(with_address_taken_back(customer, EMAIL, mark(OLD), NOON + DAY)).contact.email == OLD
    assert may_change(customer, EMAIL, NOON + DAY + TAKE_BACK_WITHIN)


def test_what_is_said_at_an_address_of_another_time_is_said_there_alone():
    there = with_pending_address(changed(ana(), NEW, MINUTE), EMAIL, THIRD, NOON + DAY)
    assert [is_of_another_time(there, EMAIL, one) for one in (OLD, NEW, THIRD, "x@example.com")] == [
        True,
        False,
        True,
        False,
    ]


ADDRESSES = [f"{letter}@example.com" for letter in "abcd"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "confirm", "take back", "shop"]),
        st.sampled_from(ADDRESSES),
        st.integers(0, 72),
    ),
    max_size=30,
)


@given(STEPS)
def test_no_address_is_ever_the_customers_but_by_the_shop_or_by_a_link_to_it(steps):
    customer, now, told, asked_for = ana(ADDRESSES[0]), NOON, {ADDRESSES[0]}, set()
    for what, address, hours in steps:
        now += timedelta(hours=hours, seconds=1)
        match what:
            case "ask":
                customer = with_pending_address(customer, EMAIL, address, now)
                asked_for.add(address)
            case "confirm":
                customer = with_confirmed_address(customer, EMAIL, mark(address), now) or customer
                if customer.contact.email == address:
                    assert address in told | asked_for
                    told.add(address)
            case "take back":
                customer = with_address_taken_back(customer, EMAIL, mark(address), now) or customer
            case _:
                customer = with_contact(customer, Contact(email=address, as_of=now))
                told.add(address)
        assert customer.contact.email in told
        assert len(former_addresses(customer, EMAIL, now)) <= MOST_CHANGES
