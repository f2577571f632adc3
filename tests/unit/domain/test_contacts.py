"""Contact details told in pieces, in any order: each field as the shop last said it."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from escalera.domain.contacts import with_contact, with_people
from escalera.domain.customer import Contact, Customer, Person
from escalera.domain.vocabulary import CustomerId, Language

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANA = Customer(CustomerId("ana"))


def after(*told: Contact) -> Contact:
    customer = ANA
    for one in told:
        customer = with_contact(customer, one)
    return customer.contact


def test_each_detail_is_the_one_last_told_whatever_order_the_pieces_come_in():
    pieces = [
        Contact(given_name="Ana", email="first@example.com", language=Language.SPANISH, as_of=NOON),
        Contact(email="second@example.com", as_of=NOON + DAY),
        Contact(phone="+447700900123", as_of=NOON + 2 * DAY),
        Contact(given_name="Anna", time_zone="Europe/Madrid", as_of=NOON - DAY),
    ]
    together = Contact(
        given_name="Ana",
        email="second@example.com",
        phone="+447700900123",
        language=Language.SPANISH,
        time_zone="Europe/Madrid",
        as_of=NOON + 2 * DAY,
        earlier={"given_name": NOON, "email": NOON + DAY, "language": NOON, "time_zone": NOON - DAY},
    )
    assert all(after(*order) == together for order in permutations(pieces))


def test_two_words_of_one_instant_end_alike_in_both_orders():
    one, other = (Contact(email=f"{name}@example.com", as_of=NOON) for name in ("one", "other"))
    assert after(one, other) == after(other, one)


def test_what_is_not_told_is_not_forgotten():
    known = Contact(given_name="Ana", email="ana@example.com", as_of=NOON)
    told = after(known, Contact(email="ana@example.org", as_of=NOON + DAY))
    assert (told.given_name, told.email) == ("Ana", "ana@example.org")


def test_details_of_an_unknown_time_give_way_to_any_other():
    assert (
        after(Contact(email="old@example.com"), Contact(email="new@example.com", as_of=NOON)).email
        == "new@example.com"
    )
    assert (
        after(Contact(email="new@example.com", as_of=NOON), Contact(email="old@example.com")).email
        == "new@example.com"
    )


def test_details_told_again_change_nothing():
    known = with_contact(ANA, Contact(email="ana@example.com", as_of=NOON))
    assert with_contact(known, Contact(email="ana@example.com", as_of=NOON)) is known
    assert with_contact(ANA, Contact()) is ANA


LUIS, EVA = Person("Luis", "purchasing", "luis@example.com"), Person("Eva")


@pytest.mark.parametrize("turned", [False, True])
def test_people_of_a_company_are_those_told_last_in_whatever_order(turned):
    told = [((LUIS, EVA), NOON), ((EVA,), NOON + timedelta(hours=1))]
    customer = ANA
    for people, at in reversed(told) if turned else told:
        customer = with_people(customer, people, at)
    assert (customer.people, customer.people_as_of) == ((EVA,), NOON + timedelta(hours=1))


def test_two_lists_of_one_instant_end_alike_in_both_orders():
    one = with_people(with_people(ANA, (LUIS,), NOON), (EVA, LUIS), NOON)
    other = with_people(with_people(ANA, (EVA, LUIS), NOON), (LUIS,), NOON)
    assert one == other
    assert one.people == (EVA, LUIS)


def test_empty_list_of_people_told_later_forgets_them():
    assert with_people(with_people(ANA, (LUIS,), NOON), (), NOON + timedelta(hours=1)).people == ()
