"""What providers and customers say settles the ledger and closes channels, however often and in whatever order."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from escalera.adapters.memory import InMemoryCustomerRepository, InMemoryMessageLedger
from escalera.contracts.feedback import Feedback, FeedbackKind
from escalera.domain.consent import is_suppressed
from escalera.domain.customer import ActiveEntry, Contact, Customer
from escalera.domain.errors import StaleCustomerError
from escalera.domain.facts import Message, MessageStatus
from escalera.domain.vocabulary import (
    EntryId,
    JourneyName,
    MessageChannel,
    Purpose,
    SuppressionReason,
)
from escalera.ports.customers import Change, SaveOutcome, When, Write
from escalera.use_cases.settle_feedback import settle_feedback
from escalera.use_cases.stop_texts import means_stop, stop_texts
from tests.fakes.clock import SetClock
from tests.fakes.facts import ANA, NOON, a_message
from tests.fakes.failing import Failing

PHONE = "+34600000001"
EMAIL = "ana@example.com"
LATER = NOON + timedelta(minutes=5)
ENTRY = ActiveEntry(
    journey=JourneyName("win-back"),
    kind=Purpose.PROMOTION,
    priority=1,
    execution="run-1",
    entered_at=NOON,
    until=NOON + timedelta(days=30),
    leaves_on=("ChannelSuppressed",),
)


class House:
    """Ana, her messages, and somebody who tells us about them."""

    def __init__(self, *messages: Message) -> None:
        real = InMemoryCustomerRepository()
        self.customers: Any = real
        self.ledger = InMemoryMessageLedger(real)
        self.clock = SetClock(NOON + timedelta(hours=1))
        ana = replace(
            Customer(ANA), contact=Contact(email=EMAIL, phone=PHONE), active_entries={EntryId("e-1"): ENTRY}
        )
        writes = tuple(Write(one, When.ALWAYS) for one in messages)
        assert self.customers.save([Change(Customer(ANA), ana, writes)])[0].outcome is SaveOutcome.SAVED

    @property
    def ana(self) -> Customer:
        found: Customer = self.customers.load([ANA])[ANA]
        return found

    def message(self, key="m-1") -> Message:
        (found,) = (
            fact
            for fact in self.customers.facts_of(ANA)
            if isinstance(fact, Message) and fact.message_key == key
        )
        return found

    def hear(self, kind, **fields) -> bool:
        told: dict[str, Any] = {
            "provider_id": "ses-1",
            "at": LATER,
            "customer_id": ANA,
            "message_key": "m-1",
            "email": EMAIL,
        }
        feedback = Feedback(kind=kind, **(told | fields))
        return settle_feedback(feedback, customers=self.customers, ledger=self.ledger, clock=self.clock)

    def hear_of_text(self, kind, **fields) -> bool:
        return self.hear(kind, customer_id=None, message_key=None, email=None, phone=PHONE, **fields)


def a_text(key="m-1", **fields) -> Message:
    return a_message(key=key, channel=MessageChannel.SMS, **fields)


@pytest.mark.parametrize("before", [MessageStatus.CLAIMED, MessageStatus.UNCONFIRMED])
def test_message_in_doubt_is_settled_as_sent_with_the_providers_id(before):
    house = House(a_message(status=before))
    assert house.hear(FeedbackKind.SENT)
    assert house.message().status is MessageStatus.SENT
    assert house.message().provider_id == "ses-1"
    assert house.message().decided_at == LATER


@pytest.mark.parametrize(
    ("kinds", "end"),
    [
        ((FeedbackKind.SENT, FeedbackKind.DELIVERED), MessageStatus.DELIVERED),
        ((FeedbackKind.SENT, FeedbackKind.REJECTED), MessageStatus.REFUSED),
        ((FeedbackKind.SENT, FeedbackKind.BOUNCED_TRANSIENT), MessageStatus.BOUNCED),
        ((FeedbackKind.SENT, FeedbackKind.DELIVERED, FeedbackKind.BOUNCED_PERMANENT), MessageStatus.BOUNCED),
        ((FeedbackKind.SENT, FeedbackKind.DELIVERED, FeedbackKind.COMPLAINED), MessageStatus.COMPLAINED),
    ],
)
def test_feedback_ends_in_the_same_row_in_whatever_order_and_however_often_it_comes(kinds, end):
    for order in permutations(kinds):
        house = House(a_message())
        for kind in (*order, *order):
            house.hear(kind)
        assert house.message().status is end, order


@pytest.mark.parametrize("kind", [FeedbackKind.DELAYED, FeedbackKind.OTHER])
def test_word_that_settles_nothing_changes_nothing(kind):
    house = House(a_message())
    assert not house.hear(kind)
    assert house.message() == a_message()


def test_hard_bounce_closes_the_channel_for_that_address_only_and_ends_journeys():
    house = House(a_message(status=MessageStatus.SENT))
    assert house.hear(FeedbackKind.BOUNCED_PERMANENT, detail="Permanent/General")
    assert house.message().reason == "Permanent/General"
    ana = house.ana
    assert ana.suppressed[MessageChannel.EMAIL].reason is SuppressionReason.HARD_BOUNCE
    assert is_suppressed(ana, MessageChannel.EMAIL)
    assert not is_suppressed(ana, MessageChannel.SMS)
    assert not is_suppressed(replace(ana, contact=Contact(email="new@example.com")), MessageChannel.EMAIL)
    assert ana.active_entries[EntryId("e-1")].leaving == "ChannelSuppressed"


def test_bounce_of_an_address_the_customer_has_left_closes_nothing_for_the_new_one():
    house = House(a_message(status=MessageStatus.SENT))
    house.hear(FeedbackKind.BOUNCED_PERMANENT, email="old@example.com")
    assert house.message().status is MessageStatus.BOUNCED
    assert not is_suppressed(house.ana, MessageChannel.EMAIL)
    assert house.ana.active_entries[EntryId("e-1")].leaving == ""


def test_spam_complaint_closes_the_channel_for_every_address():
    house = House(a_message(status=MessageStatus.DELIVERED))
    house.hear(FeedbackKind.COMPLAINED)
    assert is_suppressed(replace(house.ana, contact=Contact(email="new@example.com")), MessageChannel.EMAIL)


def test_soft_bounce_closes_nothing():
    house = House(a_message(status=MessageStatus.SENT))
    assert house.hear(FeedbackKind.BOUNCED_TRANSIENT)
    assert house.ana.suppressed == {}


def test_bounce_told_twice_is_written_once():
    house = House(a_message(status=MessageStatus.SENT))
    house.hear(FeedbackKind.BOUNCED_PERMANENT)
    version = house.ana.version
    assert not house.hear(FeedbackKind.BOUNCED_PERMANENT, at=LATER + timedelta(minutes=1))
    assert house.ana.version == version


def test_customer_written_meanwhile_is_closed_all_the_same():
    house = House(a_message(status=MessageStatus.SENT))
    real = house.customers
    others = iter([True])

    def somebody_else(method):
        if method == "save" and next(others, False):
            real.save([Change(house.ana, replace(house.ana, wished_cap=2))])

    house.customers = Failing(real, between=somebody_else)
    assert house.hear(FeedbackKind.COMPLAINED)
    assert house.ana.wished_cap == 2
    assert is_suppressed(house.ana, MessageChannel.EMAIL)


def test_customer_who_keeps_changing_is_left_to_the_queue():
    house = House(a_message(status=MessageStatus.SENT))
    real = house.customers

    def somebody_else(method):
        if method == "save":
            real.save([Change(house.ana, replace(house.ana, orders=house.ana.orders + 1))])

    house.customers = Failing(real, between=somebody_else)
    with pytest.raises(StaleCustomerError):
        house.hear(FeedbackKind.COMPLAINED)


def test_text_is_found_by_the_providers_id():
    house = House(
        a_text("m-1", status=MessageStatus.SENT, provider_id="sns-1"),
        a_text("m-2", status=MessageStatus.SENT, provider_id="sns-2"),
    )
    assert house.hear_of_text(FeedbackKind.DELIVERED, provider_id="sns-2")
    assert house.message("m-1").status is MessageStatus.SENT
    assert house.message("m-2").status is MessageStatus.DELIVERED


def test_the_only_text_in_doubt_is_the_one_meant():
    house = House(a_text("m-1"), a_message(key="m-2", channel=MessageChannel.EMAIL))
    assert house.hear_of_text(FeedbackKind.DELIVERED, provider_id="sns-1")
    assert house.message("m-1").provider_id == "sns-1"
    assert house.message("m-2").status is MessageStatus.CLAIMED


def test_of_two_texts_in_doubt_none_is_taken_for_the_one_meant():
    house = House(a_text("m-1"), a_text("m-2"))
    assert not house.hear_of_text(FeedbackKind.DELIVERED, provider_id="sns-1")
    assert {house.message(key).status for key in ("m-1", "m-2")} == {MessageStatus.CLAIMED}


def test_number_that_cannot_be_reached_is_closed_even_without_a_row():
    house = House()
    assert house.hear_of_text(FeedbackKind.BOUNCED_PERMANENT)
    assert is_suppressed(house.ana, MessageChannel.SMS)
    assert not is_suppressed(house.ana, MessageChannel.EMAIL)


def test_feedback_about_nobody_we_know_is_not_ours():
    house = House()
    assert not house.hear_of_text(FeedbackKind.DELIVERED, provider_id="other")
    assert not house.hear(FeedbackKind.SENT, customer_id=None, message_key=None, email="nobody@example.com")


def test_clock_of_a_provider_that_runs_ahead_does_not_date_our_rows():
    house = House(a_message())
    house.hear(FeedbackKind.SENT, at=house.clock.now() + timedelta(days=1))
    assert house.message().decided_at == house.clock.now()


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        " stop. ",
        "Stop!",
        "STOPALL",
        "unsubscribe",
        "Cancel",
        "END",
        "quit",
        "BAJA",
        "¡Baja!",
        "Alto",
        "parar",
        "CANCELAR",
        "Sair",
        "PARE",
        "remover",
        "Descadastrar",
        "NO MAS",
        "no más",
        "Não mais",
    ],
)
def test_stop_is_understood_in_three_languages(text):
    assert means_stop(text)


@pytest.mark.parametrize(
    "text", ["", "STOP IT please", "no quiero cancelar", "¿Baja de precio?", "gracias", "alto!o"]
)
def test_stop_within_a_longer_message_is_no_stop(text):
    assert not means_stop(text)


def test_whoever_says_stop_gets_no_texts_and_their_journeys_end_and_e_mail_goes_on():
    house = House()
    assert stop_texts(PHONE, customers=house.customers, clock=house.clock, at=LATER)
    assert house.ana.unsubscribed == {MessageChannel.SMS: LATER}
    assert house.ana.active_entries[EntryId("e-1")].leaving == "ChannelSuppressed"


def test_stop_said_twice_is_written_once():
    house = House()
    stop_texts(PHONE, customers=house.customers, clock=house.clock, at=LATER)
    version = house.ana.version
    assert not stop_texts(PHONE, customers=house.customers, clock=house.clock, at=LATER)
    assert house.ana.version == version


def test_stop_from_a_number_that_nobody_has_changes_nothing():
    house = House()
    assert not stop_texts("+34699999999", customers=house.customers, clock=house.clock, at=LATER)
    assert house.ana.unsubscribed == {}
