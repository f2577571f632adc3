"""A customer changes their address on their own page, and what goes where meanwhile."""

from dataclasses import replace
from typing import Any

import pytest

from escalera.contracts.feedback import Feedback, FeedbackKind
from escalera.domain.address_changes import MOST_CHANGES
from escalera.domain.closings import Address, Closing
from escalera.domain.consent import is_suppressed
from escalera.domain.errors import TooOftenError
from escalera.domain.limits import PER_ADDRESS, Action
from escalera.domain.links import address_mark
from escalera.domain.vocabulary import CustomerId, MessageChannel, MessageName, Purpose
from escalera.journeys.programme import MessageTerms
from escalera.ports.messages import RenderedMessage
from escalera.use_cases.portal.change_address import (
    NothingToChangeError,
    confirm_address,
    take_back_address,
)
from escalera.use_cases.portal.own_data import correct_contact, erase_customer, read_own_data
from escalera.use_cases.settle_feedback import settle_feedback
from tests.fakes.house import ANA, IN_EVERY_LANGUAGE, House, PlainRenderer, Run

EMAIL, SMS = MessageChannel.EMAIL, MessageChannel.SMS
OLD, STRANGER = "ana@example.com", "stranger@example.org"
SPAM = "Win big at https://spam.example"


class Showing(PlainRenderer):
    """Keeps what it was given to render."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []

    def render(self, message, channel, language, context):
        self.seen.append(dict(context))
        return RenderedMessage(text=message, subject=message, html=message)

    def mentions(self, message, channel, language, fact):
        return fact == "links."


@pytest.fixture
def house() -> House:
    """Ana said yes to all by e-mail; the shop has the two messages."""
    found = House()
    names = ("confirm-address", "address-changed")
    service = {
        name: MessageTerms(
            MessageName(name), Purpose.SERVICE, False, tuple(MessageChannel), IN_EVERY_LANGUAGE
        )
        for name in names
    }
    found.programme = replace(found.programme, messages={**found.programme.messages, **service})
    found.renderer = Showing()
    found.ana_registers()
    for purpose in ("relationship", "promotion"):
        found.tell("ConsentGiven", f"yes-mail-{purpose}", purpose=purpose, for_channel="email")
    found.tell("PurchaseCompleted", "p-0", order_id="5001")
    found.clock.go_on(hours=1)
    return found


def ask(house: House, customer: CustomerId = ANA, **told: str) -> bool:
    return correct_contact(
        customer,
        told,
        customers=house.customers,
        book=house.book,
        limits=house.limits,
        channels=tuple(MessageChannel),
        clock=house.clock,
    )


def confirm(house: House, address: str = STRANGER, channel: MessageChannel = EMAIL) -> None:
    confirm_address(
        ANA,
        channel,
        address_mark(channel, address),
        customers=house.customers,
        rules=house.rules,
        clock=house.clock,
    )


def take_back(house: House, address: str = OLD) -> None:
    take_back_address(
        ANA,
        EMAIL,
        address_mark(EMAIL, address),
        customers=house.customers,
        rules=house.rules,
        clock=house.clock,
    )


def asked_there(house: House, execution: str = "run-1") -> Run:
    """The journey that asks at the new address has entered."""
    run = house.run_of("confirm-address", "AddressChangeRequested", execution)
    assert run.enter(kind="service", priority=95).outcome == "done"
    return run


def sent_to(house: House, address: str) -> list[str]:
    return [one.content.text for one in house.email.sent if one.to == address]


def test_the_only_thing_that_goes_to_the_new_address_is_the_question_and_it_tells_nothing(house):
    assert ask(house, email=STRANGER)
    assert asked_there(house).send("confirm-address").outcome == "done"
    thanks = house.run_of("thank-you", "PurchaseRecorded", "run-2")
    thanks.enter()
    thanks.send("thanks")

    assert sent_to(house, STRANGER) == ["confirm-address"]
    assert sent_to(house, OLD) == ["thanks"]
    context = house.renderer.seen[0]
    assert context["customer"] == {"name": "", "orders": 0}
    assert set(context["links"]) == {"confirm"}
    assert OLD not in repr(context)
    assert STRANGER not in repr(context)


def test_a_request_that_is_over_sends_nothing(house):
    ask(house, email=STRANGER)
    run = asked_there(house)
    house.clock.go_on(hours=49)
    assert run.send("confirm-address").reason == "no_address"

    ask(house, email=STRANGER)
    run = asked_there(house, "run-2")
    house.tell("CustomerRegistered", "r-9", email="shop-says@example.com")
    assert run.send("confirm-address").reason == "no_address"
    assert house.email.sent == []


def test_the_newest_request_alone_is_sent(house):
    ask(house, email=STRANGER)
    first = asked_there(house)
    house.clock.go_on(minutes=1)
    ask(house, email="other@example.org")
    assert first.send("confirm-address").reason == "no_address"


def test_confirmed_everything_goes_there_but_what_needs_a_yes(house):
    ask(house, email=STRANGER)
    house.clock.go_on(minutes=5)
    confirm(house)

    ana = house.ana()
    assert ana.contact.email == STRANGER
    assert {state.given for (_, channel), state in ana.consents.items() if channel is EMAIL} == {False}
    (changed,) = house.told("AddressChanged")
    assert changed["for_channel"] == "email"
    assert house.told("ContactCorrected")[-1]["details"] == ["email"]
    assert {one["purpose"] for one in house.told("ConsentLost")} == {"relationship", "promotion"}


def test_the_former_address_is_told_once_and_can_take_it_back(house):
    ask(house, email=STRANGER)
    confirm(house)
    run = house.run_of("address-changed", "AddressChanged")
    run.enter(kind="service", priority=95)
    assert run.send("address-changed").outcome == "done"
    assert sent_to(house, OLD) == ["address-changed"]
    assert sent_to(house, STRANGER) == []
    context = house.renderer.seen[-1]
    assert (context["customer"]["name"], set(context["links"])) == ("", {"take_back"})
    house.clock.go_on(days=3)
    take_back(house)

    assert house.ana().contact.email == OLD
    assert house.told("ContactCorrected")[-1]["details"] == ["email"]
    with pytest.raises(NothingToChangeError):
        take_back(house)
    with pytest.raises(NothingToChangeError):
        confirm(house)


def test_nothing_is_confirmed_that_nobody_asked_for_or_twice(house):
    with pytest.raises(NothingToChangeError):
        confirm(house)
    ask(house, email=STRANGER)
    with pytest.raises(NothingToChangeError):
        confirm(house, "other@example.org")
    confirm(house)
    with pytest.raises(NothingToChangeError):
        confirm(house)


def test_a_number_is_asked_by_text(house):
    number = "+447700900999"
    ask(house, phone=number)
    assert asked_there(house).send("confirm-address").outcome == "done"
    assert [one.to for one in house.sms.sent] == [number]
    confirm(house, number, SMS)
    assert house.ana().contact.phone == number


def test_an_address_is_asked_only_so_often_whoever_wants_it(house):
    most = PER_ADDRESS[Action.CONFIRM_ADDRESS].most
    customers = [CustomerId(f"c-{number}") for number in range(most + 1)]
    for number, customer in enumerate(customers):
        house.tell("CustomerRegistered", f"r-{number}", customer_id=customer, email=f"c{number}@example.com")
    for customer in customers[:most]:
        assert ask(house, customer, email=STRANGER)
    with pytest.raises(TooOftenError):
        ask(house, customers[-1], email=STRANGER.upper(), given_name="Berta")
    kept = house.store.load([customers[-1]])[customers[-1]]
    assert dict(kept.pending_addresses) == {}
    assert kept.contact.given_name != "Berta", "nothing is half kept"
    assert ask(house, customers[-1], email="another@example.org")


@pytest.mark.parametrize("closing", Closing)
def test_where_somebody_said_no_nobody_is_asked_and_nobody_is_told_so(house, closing):
    house.book.close(Address.of(EMAIL, STRANGER), closing, house.clock.now())
    assert ask(house, email=STRANGER), "the page says the same as always"
    assert dict(house.ana().pending_addresses) == {}
    assert house.told("AddressChangeRequested") == []


@pytest.mark.parametrize("kind", [FeedbackKind.COMPLAINED, FeedbackKind.BOUNCED_PERMANENT])
def test_what_the_stranger_says_of_the_question_closes_their_address_alone(house, kind):
    ask(house, email=STRANGER)
    run = asked_there(house)
    run.send("confirm-address")
    feedback = Feedback(
        kind=kind,
        provider_id="email-1",
        at=house.clock.now(),
        customer_id=ANA,
        message_key=None,
        email=STRANGER,
    )
    settle_feedback(
        feedback, customers=house.customers, book=house.book, ledger=house.ledger, clock=house.clock
    )
    assert not is_suppressed(house.ana(), EMAIL)
    assert house.book.said(Address.of(EMAIL, STRANGER))


def test_so_many_changes_and_then_a_call(house):
    for number in range(MOST_CHANGES):
        address = f"n{number}@example.org"
        ask(house, email=address)
        house.clock.go_on(minutes=1)
        confirm(house, address)
        house.clock.go_on(minutes=1)
    with pytest.raises(TooOftenError):
        ask(house, email=STRANGER)
    take_back(house)
    assert house.ana().contact.email == OLD


def test_a_request_is_gone_with_the_person(house):
    ask(house, email=STRANGER)
    run = asked_there(house)
    ask(house, email="other@example.org")
    erase_customer(ANA, customers=house.customers, clock=house.clock)
    assert "example.org" not in repr(house.ana())
    assert run.send("confirm-address").outcome == "left"
    assert house.email.sent == []


def test_the_file_of_all_data_holds_what_waits_and_no_digest(house):
    ask(house, email=STRANGER)
    found = read_own_data(ANA, customers=house.customers)
    assert found["customer"]["pending_addresses"]["email"]["address"] == STRANGER
    assert "instead_of" not in repr(found)
    house.clock.go_on(minutes=1)
    confirm(house)
    assert (
        read_own_data(ANA, customers=house.customers)["customer"]["former_addresses"]["email"][0]["address"]
        == OLD
    )


def test_until_and_after_the_way_back_time_counts(house):
    ask(house, email=STRANGER)
    confirm(house)
    house.clock.go_on(days=14)
    with pytest.raises(NothingToChangeError):
        take_back(house)
