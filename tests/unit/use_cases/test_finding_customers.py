"""One line of text finds whom it means."""

from dataclasses import replace
from typing import Any

import pytest

from escalera.adapters.memory import InMemoryCustomerRepository, InMemoryWorkLists
from escalera.domain.customer import Contact, Customer
from escalera.domain.vocabulary import CustomerId
from escalera.ports.customers import Change, Write
from escalera.use_cases.desk.find_customers import FoundBy, Search, find_customers
from tests.fakes.facts import an_order


@pytest.fixture
def customers() -> InMemoryCustomerRepository:
    shop = InMemoryCustomerRepository()
    for number, (given, family) in enumerate([("Ana", "Núñez"), ("Luis", "Ana"), ("Joana", "Sol")]):
        one = CustomerId(f"c-{number}")
        contact = Contact(
            given_name=given,
            family_name=family,
            email=f"{given.lower()}@example.com",
            phone=f"+44207946000{number}",
        )
        order = an_order(one, f"{5000 + number}")
        shop.save([Change(Customer(one), Customer(one, contact=contact, orders=1), (Write(order),))])
    return shop


def search(customers: InMemoryCustomerRepository, text: str, **asked: Any) -> Search:
    return find_customers(
        text, customers=customers, work=InMemoryWorkLists(customers), shop_phone="+44 20 7946 0018", **asked
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ana@example.com", [("c-0", FoundBy.EMAIL)]),
        (" ANA@Example.com ", [("c-0", FoundBy.EMAIL)]),
        ("nobody@example.com", []),
        ("+44 20 7946 0001", [("c-1", FoundBy.PHONE)]),
        ("020 7946 0001", [("c-1", FoundBy.PHONE)]),
        ("(0044) 20-7946.0001", [("c-1", FoundBy.PHONE)]),
        ("5002", [("c-2", FoundBy.ORDER)]),
        ("c-2", [("c-2", FoundBy.ID)]),
        ("ana", [("c-1", FoundBy.NAME), ("c-0", FoundBy.NAME)]),
        ("nunez, a", [("c-0", FoundBy.NAME)]),
        ("", []),
        ("   ", []),
        ("#", []),
        ("c-2#c-1", []),
        ("7" * 300, []),
        ("'; DROP", []),
    ],
)
def test_text_finds_whom_it_means_and_says_by_what(customers, text, expected):
    found = search(customers, text)
    assert [(one.customer.id, one.by) for one in found.found] == expected
    assert not found.more


def test_customer_found_by_more_than_one_thing_is_shown_once(customers):
    twin = CustomerId("5001")
    customers.save([Change(Customer(twin), Customer(twin, orders=1), (Write(an_order(twin, "5001")),))])
    found = search(customers, "5001")
    assert [(one.customer.id, one.by) for one in found.found] == [
        ("5001", FoundBy.ID),
        ("c-1", FoundBy.ORDER),
    ]


def test_of_many_namesakes_some_are_shown_and_it_is_said_that_there_are_more(customers):
    contact = Contact(given_name="Eva", family_name="Sol")
    for number in range(4):
        one = Customer(CustomerId(f"eva-{number}"))
        customers.save([Change(one, replace(one, contact=contact))])
    found = search(customers, "eva", at_most=3)
    assert (len(found.found), found.more) == (3, True)
    assert not search(customers, "eva", at_most=4).more
