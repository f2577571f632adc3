"""What providers and customers say settles the ledger and closes channels, however often and in whatever order."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from escalera.adapters.memory import (
    InMemoryAddressBook,
    InMemoryCustomerRepository,
    InMemoryMessageLedger,
    InMemoryProjections,
)
from escalera.contracts.feedback import Feedback, FeedbackKind
from escalera.domain.consent import is_suppressed, with_resubscribe
from escalera.domain.customer import ActiveEntry, Contact, Customer
from escalera.domain.errors import StaleCustomerError
from escalera.domain.facts import Message, MessageStatus
from escalera.domain.vocabulary import (
    CustomerId,
    EntryId,
    JourneyName,
    MessageChannel,
    Purpose,
    SuppressionReason,
)
from escalera.ports.customers import Change, Saved, SaveOutcome, When, Write
from escalera.ports.written import Written
from escalera.use_cases.close_addresses import close_channel, keep_closed
from escalera.use_cases.follow_changes import follow_changes
from escalera.use_cases.settle_feedback import settle_feedback
from escalera.use_cases.stop_texts import means_stop, stop_texts
from tests.fakes.clock import SetClock
from tests.fakes.facts import ANA, LUIS, NOON, a_message
from tests.fakes.failing import Failing

PHONE = "+34600000001"
EMAIL = "ana@example.com"
EVE = CustomerId("eve")
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
        self.book = InMemoryAddressBook(real)
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

    def of(self, customer_id: CustomerId) -> Customer:
        found: Customer = self.customers.load([customer_id])[customer_id]
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
        return settle_feedback(
            feedback, customers=self.customers, book=self.book, ledger=self.ledger, clock=self.clock
        )

    def stop(self, phone=PHONE, at=LATER) -> bool:
        return stop_texts(phone, customers=self.customers, book=self.book, clock=self.clock, at=at)

    def hear_of_text(self, kind, **fields) -> bool:
        return self.hear(kind, customer_id=None, message_key=None, email=None, phone=PHONE, **fields)


def a_text(key="m-1", **fields) -> Message:
    return a_message(key=key, channel=MessageChannel.SMS, **fields)


@pytest.mark.parametrize("before", [MessageStatus.SENDING, MessageStatus.UNCONFIRMED])
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


def test_customer_who_keeps_changing_is_left_to_the_queue_after_ever_longer_pauses(monkeypatch):
    pauses: list[float] = []
    monkeypatch.setitem(close_channel.__kwdefaults__, "pause", pauses.append)
    house = House(a_message(status=MessageStatus.SENT))
    real = house.customers

    def somebody_else(method):
        if method == "save":
            real.save([Change(house.ana, replace(house.ana, orders=house.ana.orders + 1))])

    house.customers = Failing(real, between=somebody_else)
    with pytest.raises(StaleCustomerError):
        house.hear(FeedbackKind.COMPLAINED)
    assert len(pauses) == 9
    assert all(0 <= pause <= 0.01 * 2**attempt for attempt, pause in enumerate(pauses, start=1))
    assert len(set(pauses)) > 1


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
    assert house.message("m-2").status is MessageStatus.SENDING


def test_of_two_texts_in_doubt_none_is_taken_for_the_one_meant():
    house = House(a_text("m-1"), a_text("m-2"))
    assert not house.hear_of_text(FeedbackKind.DELIVERED, provider_id="sns-1")
    assert {house.message(key).status for key in ("m-1", "m-2")} == {MessageStatus.SENDING}


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
    assert house.stop()
    assert house.ana.unsubscribed == {MessageChannel.SMS: LATER}
    assert house.ana.active_entries[EntryId("e-1")].leaving == "ChannelSuppressed"


def test_stop_said_twice_is_written_once():
    house = House()
    house.stop()
    version = house.ana.version
    assert not house.stop()
    assert house.ana.version == version


def test_stop_from_a_number_that_nobody_has_changes_nothing():
    house = House()
    assert not house.stop("+34699999999")
    assert house.ana.unsubscribed == {}


# --- one address, several customers ---


def with_luis() -> House:
    """Luis has Ana's number and mailbox, and registered them last."""
    house = House(a_message(status=MessageStatus.SENT))
    put(house, LUIS, Contact(email=EMAIL, phone=PHONE))
    return house


def put(house: House, customer_id: CustomerId, contact: Contact) -> None:
    """The shop tells where a customer is written to, and the table's stream tells of it."""
    before = house.of(customer_id)
    after = replace(before, contact=contact)
    assert house.customers.save([Change(before, after)]) == [Saved(SaveOutcome.SAVED)]
    hear(house, Written(before, house.of(customer_id)))


def hear(house: House, written: Written) -> None:
    followed, said = follow_changes([written], projections=InMemoryProjections(house.customers.store))
    keep_closed(followed, said, customers=house.customers)


def test_stop_silences_everybody_who_has_the_number():
    house = with_luis()
    assert house.stop()
    assert [house.of(one).unsubscribed for one in (ANA, LUIS)] == [{MessageChannel.SMS: LATER}] * 2
    version = house.of(LUIS).version
    assert not house.stop()
    assert house.of(LUIS).version == version


def test_stop_silences_whoever_takes_up_the_number_later_and_even_if_nobody_had_it():
    house = House()
    house.stop("+34699999999")
    put(house, LUIS, Contact(phone="+34699999999"))
    assert house.of(LUIS).unsubscribed == {MessageChannel.SMS: LATER}
    put(house, ANA, Contact(email=EMAIL, phone="+34699999999"))
    assert house.ana.unsubscribed == {MessageChannel.SMS: LATER}
    assert house.ana.active_entries[EntryId("e-1")].leaving == "ChannelSuppressed"


def test_who_imports_a_number_that_said_stop_is_silenced_though_nobody_is_told():
    house = House()
    house.stop()
    before, after = Customer(LUIS), replace(Customer(LUIS), contact=Contact(phone=PHONE))
    house.customers.save([Change(before, after, told=False)])
    hear(house, Written(None, house.of(LUIS), told=False))
    assert MessageChannel.SMS in house.of(LUIS).unsubscribed


def test_who_opened_texts_again_stays_open_and_whoever_comes_later_is_still_silent():
    house = with_luis()
    house.stop()
    agreed = with_resubscribe(house.ana, MessageChannel.SMS, LATER + timedelta(minutes=1))
    house.customers.save([Change(house.ana, agreed)])
    put(house, ANA, Contact(phone="+34600000009"))
    put(house, ANA, Contact(phone=PHONE))
    assert house.ana.unsubscribed == {}
    put(house, EVE, Contact(phone=PHONE))
    assert MessageChannel.SMS in house.of(EVE).unsubscribed
    assert MessageChannel.SMS in house.of(LUIS).unsubscribed


def test_stop_says_nothing_about_whoever_had_the_number_before():
    house = with_luis()
    put(house, ANA, Contact(email=EMAIL, phone="+34600000009"))
    house.stop()
    assert house.ana.unsubscribed == {}
    assert MessageChannel.SMS in house.of(LUIS).unsubscribed


def test_mailbox_that_bounces_is_closed_for_everybody_who_has_it_now_and_later():
    house = with_luis()
    house.hear(FeedbackKind.BOUNCED_PERMANENT)
    put(house, EVE, Contact(email=EMAIL))
    for one in (ANA, LUIS, EVE):
        assert is_suppressed(house.of(one), MessageChannel.EMAIL)
        assert house.of(one).suppressed[MessageChannel.EMAIL].reason is SuppressionReason.HARD_BOUNCE


def test_spam_complaint_closes_every_address_of_who_complained_and_the_shared_one_of_the_others():
    house = with_luis()
    house.hear(FeedbackKind.COMPLAINED)
    moved = Contact(email="new@example.com")
    assert is_suppressed(house.of(LUIS), MessageChannel.EMAIL)
    assert not is_suppressed(replace(house.of(LUIS), contact=moved), MessageChannel.EMAIL)
    assert is_suppressed(replace(house.ana, contact=moved), MessageChannel.EMAIL)
    house.hear(FeedbackKind.COMPLAINED, customer_id=LUIS, message_key=None)
    assert is_suppressed(replace(house.of(LUIS), contact=moved), MessageChannel.EMAIL)


def test_number_that_a_thousand_customers_gave_is_closed_for_all_of_them():
    house = House()
    crowd = [CustomerId(f"c-{number}") for number in range(1000)]
    taken = Contact(phone=PHONE)
    house.customers.save([Change(Customer(one), replace(Customer(one), contact=taken)) for one in crowd])
    assert house.stop()
    assert all(MessageChannel.SMS in one.unsubscribed for one in house.customers.load(crowd).values())


def test_writes_that_bring_no_new_address_ask_for_nothing():
    house = with_luis()
    moved = replace(house.ana, orders=1)
    silent: Any = None
    followed, said = follow_changes(
        [Written(house.ana, moved), Written(None, a_message())], projections=silent
    )
    keep_closed(followed, said, customers=silent)
