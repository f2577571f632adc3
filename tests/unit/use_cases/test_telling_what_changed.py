"""What the bus is told keeps the contracts, and told again it is the same event."""

from datetime import timedelta
from typing import Any

import pytest

from escalera.adapters.memory import InMemoryEventPublisher
from escalera.contracts.registry import ESCALERA_EVENTS
from escalera.domain.consent import with_suppression, with_unsubscribe
from escalera.domain.customer import Customer
from escalera.domain.facts import Message, MessageStatus, Refund
from escalera.domain.links import address_mark
from escalera.domain.money import Money
from escalera.domain.opinions import OpinionRules
from escalera.domain.preferences import Frequency, Preferences
from escalera.domain.vocabulary import (
    MessageChannel,
    OrderId,
    Purpose,
    RefundId,
    SubjectName,
    SuppressionReason,
)
from escalera.ports.customers import Change
from escalera.ports.events import OutgoingEvent
from escalera.use_cases.announcements import announcements
from escalera.use_cases.portal.change_address import confirm_address
from escalera.use_cases.portal.choose import choose
from escalera.use_cases.portal.complain import give_opinion
from escalera.use_cases.portal.own_data import correct_contact, erase_customer, request_data
from escalera.use_cases.publish_changes import publish_changes
from tests.fakes.facts import NOON, a_complaint
from tests.fakes.failing import Failing, Failure
from tests.fakes.house import ANA, DAY, House, Run


def move(house: House, message: Message, to: MessageStatus, reason: str = "") -> None:
    assert house.ledger.move(
        message.key, to, only_from=frozenset(MessageStatus), at=house.clock.now(), reason=reason
    )


def a_claim_in_doubt(house: House, run: Run, message: str) -> Message:
    """Claimed, and nobody knows how it ended."""
    taking, house.email.provider = (
        house.email.provider,
        Failing(house.email.provider, [Failure("take", error=TimeoutError)]),
    )
    with pytest.raises(TimeoutError):
        run.send(message)
    house.email.provider = taking
    found = [one for one in house.facts(Message) if one.message == message]
    assert isinstance(found[-1], Message)
    return found[-1]


@pytest.fixture(scope="module")
def house() -> House:
    """A life in which everything happens that Escalera tells of."""
    house = House()
    house.ana_registers()
    house.tell("PurchaseCompleted", order_id="1")
    thanks = house.run_of("thank-you", "PurchaseRecorded", "run-thanks")
    thanks.enter()
    thanks.send("thanks")
    thanks.step("promise", kind="call-back", due=DAY)
    thanks.step("task", kind="call", team="sales")
    thanks.step("task", "another", kind="call", team="sales", due=DAY)
    thanks.step("reward", reward="comeback")
    move(house, house.facts(Message)[0], MessageStatus.DELIVERED)
    house.tell("DeliveryCompleted", order_id="1")
    a_claim_in_doubt(house, thanks, "how-was-it")
    house.clock.go_on(hours=2)
    thanks.send("how-was-it")
    move(house, a_claim_in_doubt(house, thanks, "offer"), MessageStatus.BOUNCED, "Permanent/General")
    thanks.finish()

    house.tell("ComplaintRaised", complaint_id="c")
    recovery = house.run_of("complaint-recovery", "ComplaintOpened", "run-recovery")
    recovery.enter()
    recovery.step("promise", "kept", kind="answer-complaint", due=DAY)
    recovery.send("miss-you")
    house.clock.go_on(hours=1)
    house.tell("ComplaintAnswered", complaint_id="c")
    house.clock.go_on(days=2)
    house.look_at_promises()
    house.answer("c", "A new one is on its way.")
    house.finish_tasks()
    house.tell("ComplaintResolved", complaint_id="c")
    recovery.finish("failed")

    house.night()
    house.until_quiet()
    house.night()
    house.pause("thank-you")
    house.clock.go_on(minutes=5)
    house.resume("thank-you")
    house.run_of("win-back", "CustomerWentQuiet", "run-back").enter()
    house.tell("PurchaseCompleted", "p-2", order_id="2")
    house.news("PurchaseRecorded")
    house.tell("PurchaseRefunded", order_id="2", refund_id="r")
    house.tell("ConsentWithdrawn", "no", purpose="promotion")
    ana = house.ana()
    closed = with_suppression(
        ana, MessageChannel.EMAIL, SuppressionReason.HARD_BOUNCE, house.clock.now(), address="a@example.com"
    )
    house.store.save([Change(ana, with_unsubscribe(closed, MessageChannel.SMS, house.clock.now()))])
    house.publish()
    on_her_own_pages(house)
    house.publish()
    return house


def on_her_own_pages(house: House) -> None:
    """Ana chooses, says how it was, mends her name, asks for her data, and to be forgotten."""
    house.clock.go_on(hours=1)
    ports: dict[str, Any] = {"customers": house.customers, "clock": house.clock}
    wishes = Preferences(
        consents={(Purpose.RELATIONSHIP, MessageChannel.SMS): True},
        subjects={SubjectName("ideas"): False},
        frequency=Frequency(1, timedelta(days=30)),
        paused_until=house.clock.now() + timedelta(days=9),
    )
    choose(ANA, wishes, rules=house.rules, **ports)
    give_opinion(ANA, OrderId("1"), score=5, comment="Lovely", rules=OpinionRules(2, 5), **ports)
    address = "anna@example.org"
    correct_contact(
        ANA,
        {"given_name": "Anna", "email": address},
        book=house.book,
        limits=house.limits,
        channels=[MessageChannel.EMAIL],
        **ports,
    )
    house.publish()
    mark = address_mark(MessageChannel.EMAIL, address)
    confirm_address(ANA, MessageChannel.EMAIL, mark, rules=house.rules, **ports)
    request_data(ANA, **ports)
    house.publish()
    erase_customer(ANA, **ports)


def of(house: House, name: str) -> list[OutgoingEvent]:
    return [event for event in house.bus.published if event.name == name]


@pytest.mark.parametrize("name", sorted(ESCALERA_EVENTS))
def test_every_kind_of_event_is_told_as_its_contract_says(house, name):
    told = of(house, name)
    assert told, f"nothing in this life made a {name}"
    model = ESCALERA_EVENTS[name]
    for event in told:
        read = model.model_validate(event.detail)
        assert set(event.detail) <= set(model.model_fields)
        assert read.occurred_at == event.occurred_at
        assert getattr(read, "customer_id", "ana") == "ana"


def test_nothing_is_told_that_nobody_promised(house):
    assert {event.name for event in house.bus.published} == set(ESCALERA_EVENTS)


def test_no_two_happenings_share_an_id(house):
    ids = [event.detail["event_id"] for event in house.bus.published]
    assert len(set(ids)) == len(ids)


def test_told_again_by_another_and_later_every_event_has_its_old_id(house):
    again = InMemoryEventPublisher()
    later = type(house.clock)(house.clock.now() + timedelta(days=3))
    for one in house.store.stream:
        publish_changes([(one.before, one.after)], events=again, clock=later)
    ids = [(event.name, event.detail["event_id"]) for event in again.published]
    assert ids == [(event.name, event.detail["event_id"]) for event in house.bus.published]


def test_nothing_personal_is_told(house):
    contacts = [one.after.contact for one in house.store.stream if isinstance(one.after, Customer)]
    ana = contacts[0]
    assert ana.email
    assert ana.phone
    told = str([event.detail for event in house.bus.published])
    for secret in (ana.email, ana.phone, ana.given_name, ana.family_name, "Anna"):
        assert secret in str(contacts)
        assert secret not in told


def test_a_message_confirmed_after_all_is_told_as_sent_and_delivered(house):
    moved = [event.name for event in house.bus.published if event.detail.get("message") == "offer"]
    assert moved == ["MessageSent", "MessageBounced"]


def test_what_the_bus_refuses_is_named_by_its_change(house):
    class Refusing(InMemoryEventPublisher):
        def publish(self, events):
            return [index for index, event in enumerate(events) if event.name == "RungChanged"]

    changes = [(one.before, one.after) for one in house.store.stream]
    refused = publish_changes(changes, events=Refusing(), clock=house.clock)
    assert len(refused) == len(of(house, "RungChanged"))
    for index in refused:
        before, after = changes[index]
        assert getattr(before, "rung", "suspect") != getattr(after, "rung", None)


def test_what_was_removed_or_is_unchanged_is_not_told(house):
    ana, silent = house.ana(), InMemoryEventPublisher()
    assert publish_changes([(ana, None), (ana, ana)], events=silent, clock=house.clock) == []
    assert silent.published == []


def test_the_shops_channel_is_told_with_purchase_refund_and_complaint():
    house = House()
    house.tell("PurchaseCompleted", order_id="1", channel="catalogue")
    house.tell("PurchaseRefunded", order_id="1", channel="counter")
    house.tell("ComplaintAnswered", complaint_id="c", channel="web")
    house.tell("ComplaintRaised", complaint_id="c", channel="phone")
    give_opinion(
        ANA, OrderId("1"), score=1, rules=OpinionRules(2, 5), customers=house.store, clock=house.clock
    )
    told = {
        name: [event["channel"] for event in house.told(name)]
        for name in ("PurchaseRecorded", "RefundRecorded", "ComplaintOpened")
    }
    assert told == {
        "PurchaseRecorded": ["catalogue"],
        "RefundRecorded": ["counter"],
        "ComplaintOpened": ["phone", "web"],
    }


def test_where_nobody_told_a_channel_none_is_told():
    refund = Refund(ANA, OrderId("1"), RefundId("r-1"), Money(100, "EUR"), NOON)
    for fact in (refund, a_complaint()):
        (event,) = announcements(None, fact, NOON)
        assert "channel" not in event.detail
