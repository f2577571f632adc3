"""What every `AddressBook` promises, asked of each."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from escalera.domain.closings import Address, Closing, Closings
from escalera.domain.customer import Contact, Customer
from escalera.domain.projections import Projection
from escalera.domain.vocabulary import CustomerId, MessageChannel
from escalera.ports.customers import Change, Saved, SaveOutcome
from escalera.ports.projections import Followed
from tests.fakes.facts import ANA, LUIS, NOON

HOME = Address.of(MessageChannel.EMAIL, "home@example.com")
NUMBER = Address.of(MessageChannel.SMS, "+34600000001")


def register(
    kept, customer_id: CustomerId, *, email: str | None = None, phone: str | None = None, hour: int = 0
) -> None:
    before = kept.customers.load([customer_id])[customer_id]
    told_at = NOON + timedelta(hours=hour)
    after = replace(before, contact=Contact(email=email, phone=phone, as_of=told_at))
    assert kept.customers.save([Change(before, after)]) == [Saved(SaveOutcome.SAVED)]


def said_at(kept, *addresses: Address) -> Mapping[Address, Closings]:
    """What whoever takes up these addresses comes upon."""
    taken_up = tuple((address, NOON) for address in addresses)
    followed: Followed = kept.projections.write([Projection(CustomerId("newcomer"), 1, taken_up)])
    return followed.closings


def test_everybody_who_ever_had_an_address_is_known_once(kept):
    assert list(kept.book.holders(HOME)) == []
    register(kept, ANA, email="home@example.com", phone="+34600000001")
    register(kept, LUIS, email=" HOME@example.com", hour=1)
    register(kept, ANA, email="ana@example.com", phone="+34600000001", hour=2)
    register(kept, ANA, email="home@example.com", phone="+34600000001", hour=3)
    assert sorted(kept.book.holders(HOME)) == [ANA, LUIS]
    assert list(kept.book.holders(NUMBER)) == [ANA]
    assert kept.customers.find_by_address(MessageChannel.EMAIL, "home@example.com") == ANA


def test_address_of_a_change_that_was_not_saved_has_nobody(kept):
    register(kept, ANA, phone="+34600000002")
    stale = Change(Customer(ANA), Customer(ANA, contact=Contact(phone="+34600000001")))
    assert kept.customers.save([stale]) == [Saved(SaveOutcome.STALE)]
    assert list(kept.book.holders(NUMBER)) == []


def test_more_holders_than_one_page_holds_are_all_found(kept):
    crowd = [CustomerId(f"c-{number}") for number in range(230)]
    taken = Contact(phone="+34600000001")
    kept.customers.save([Change(Customer(one), Customer(one, contact=taken)) for one in crowd])
    assert sorted(kept.book.holders(NUMBER)) == sorted(crowd)


def test_what_was_said_at_an_address_is_kept_with_when_it_was_said_last(kept):
    assert said_at(kept, HOME, NUMBER) == {}
    later = NOON + timedelta(hours=1)
    kept.book.close(NUMBER, Closing.STOP, later)
    kept.book.close(NUMBER, Closing.STOP, NOON)
    kept.book.close(NUMBER, Closing.HARD_BOUNCE, NOON)
    said = {Closing.STOP: later, Closing.HARD_BOUNCE: NOON}
    assert said_at(kept, HOME, NUMBER) == {NUMBER: said}


def test_what_was_said_outlives_whoever_takes_up_the_address(kept):
    kept.book.close(NUMBER, Closing.STOP, NOON)
    register(kept, ANA, phone="+34600000001")
    assert list(kept.book.holders(NUMBER)) == [ANA]
    assert said_at(kept, NUMBER) == {NUMBER: {Closing.STOP: NOON}}


def test_what_was_said_at_an_address_is_told_whoever_has_it(kept):
    at = Address.of(MessageChannel.EMAIL, "nobodys@example.com")
    assert dict(kept.book.said(at)) == {}
    kept.book.close(at, Closing.SPAM_COMPLAINT, NOON)
    assert dict(kept.book.said(at)) == {Closing.SPAM_COMPLAINT: NOON}
