"""A past is counted like the present and wakes nobody: against the real sweep, and all that the bus is told."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from escalera.domain.customer import Contact
from escalera.domain.errors import PermanentError
from escalera.domain.facts import Order, Refund
from escalera.domain.money import Money
from escalera.domain.past import (
    Happening,
    PastClosure,
    PastConsent,
    PastDelivery,
    PastPurchase,
    PastRefund,
    PastRegistration,
)
from escalera.domain.purchases import Purchase
from escalera.domain.vocabulary import (
    CustomerId,
    MessageChannel,
    OrderId,
    Purpose,
    RefundId,
    Rung,
    SalesChannel,
    SuppressionReason,
)
from escalera.ports.customers import Change
from escalera.use_cases.import_pasts import import_pasts
from escalera.use_cases.recording import Outcome
from tests.fakes.house import ANA, House

EMAIL, SMS = MessageChannel.EMAIL, MessageChannel.SMS


@pytest.fixture
def house() -> House:
    return House()


def ago(house: House, days: float) -> datetime:
    return house.clock.now() - timedelta(days=days)


def bought(house: House, order: str, days: float, **fields: Any) -> PastPurchase:
    amount = Money(fields.pop("amount", 1000), "EUR")
    customer = fields.pop("customer", ANA)
    purchase = Purchase(OrderId(order), amount, ago(house, days), SalesChannel.WEB)
    return PastPurchase(customer, purchase, **fields)


def refunded(house: House, order: str, days: float, amount: int = 1000, **fields: Any) -> PastRefund:
    refund = Refund(ANA, OrderId(order), RefundId(f"r-{order}"), Money(amount, "EUR"), ago(house, days))
    return PastRefund(ANA, refund, **fields)


def bring(house: House, *past: Happening, **options: Any) -> list[Outcome]:
    rules = house.programme.policy.standing_rules()
    return import_pasts(past, customers=house.customers, rules=rules, clock=house.clock, **options)


def a_long_past(house: House) -> list[Happening]:
    return [
        PastRegistration(ANA, ago(house, 500), Contact(email="ana@example.com", as_of=ago(house, 500))),
        *(bought(house, f"o-{day}", day) for day in (480, 450, 420, 400)),
        refunded(house, "o-450", 440),
        PastDelivery(ANA, OrderId("o-400"), ago(house, 397)),
        PastConsent(ANA, ago(house, 500), Purpose.PROMOTION, EMAIL, given=True),
    ]


def test_nothing_is_told_of_an_imported_past(house):
    outcomes = bring(house, *a_long_past(house))
    assert all(outcome == Outcome() for outcome in outcomes)
    assert house.publish() == []
    ana = house.ana()
    assert (ana.orders, ana.orders_returned, ana.spending["EUR"].bought) == (4, 1, 4000)
    assert ana.contact.email == "ana@example.com"


def test_one_whose_silence_was_unusual_before_the_import_is_quiet_and_no_sweep_wakes_them(house):
    bring(house, *a_long_past(house))
    ana = house.ana()
    assert ana.quiet_since is not None
    assert ana.quiet_due_at is None
    assert (ana.rung, ana.rung_reason) == (Rung.CUSTOMER, "went_quiet")
    for _ in range(30):
        house.clock.go_on(days=1)
        assert house.sweep() == 0
    assert house.publish() == []


def test_a_customer_in_rhythm_is_noticed_and_told_when_the_silence_becomes_unusual_later(house):
    bring(house, *(bought(house, f"o-{day}", day) for day in (60, 40, 20, 1)))
    assert house.ana().rung is Rung.FREQUENT
    house.until_quiet()
    assert {event.name for event in house.publish()} == {"CustomerWentQuiet", "RungChanged"}


def test_what_happens_live_after_an_import_is_told_with_what_it_changes(house):
    bring(house, *a_long_past(house))
    house.tell("PurchaseCompleted", order_id="live")
    told = {event.name: event.detail for event in house.publish()}
    assert set(told) == {"PurchaseRecorded", "CustomerReturned", "RungChanged"}
    assert told["PurchaseRecorded"]["order_number"] == 5
    assert told["RungChanged"]["from_rung"] == "customer"
    assert told["RungChanged"]["to_rung"] == "frequent"
    house.tell("PurchaseRefunded", order_id="o-400", refund_id="live")
    assert [event.name for event in house.publish()] == ["RefundRecorded"]


def test_a_second_import_writes_nothing(house):
    past = a_long_past(house)
    bring(house, *past)
    written = len(house.store.stream)
    house.clock.go_on(days=3)
    assert all(outcome.duplicate for outcome in bring(house, *past))
    assert len(house.store.stream) == written


def test_an_import_does_not_swallow_a_silence_that_was_about_to_be_noticed(house):
    house.ana_registers()
    house.tell("PurchaseCompleted", order_id="live")
    due = house.ana().quiet_due_at
    assert due is not None
    house.clock.at = due + timedelta(hours=1)
    house.publish()
    bring(house, refunded(house, "live", 1, amount=10), PastDelivery(ANA, OrderId("live"), ago(house, 2)))
    assert house.ana().quiet_since is None
    assert house.sweep() == 1
    assert [event.name for event in house.publish()] == ["CustomerWentQuiet"]


def test_an_order_of_the_past_that_was_told_live_counts_once(house):
    house.tell("PurchaseCompleted", order_id="5001", total={"amount": 4590, "currency": "EUR"})
    outcomes = bring(house, bought(house, "5001", 0, amount=4590), bought(house, "old", 300, amount=10))
    assert [outcome.duplicate for outcome in outcomes] == [True, False]
    assert (house.ana().orders, house.ana().spending["EUR"].bought) == (2, 4600)
    assert {event.name for event in house.publish()} == {"PurchaseRecorded", "RungChanged"}


def test_more_than_one_change_holds_is_written_in_several_and_ends_the_same(house):
    past = [bought(house, f"o-{number}", 900 - number) for number in range(20)]
    past_and_back: list[Happening] = [*past, refunded(house, "o-3", 880)]
    bring(house, *past_and_back, together=4)
    other = House()
    bring(other, *past_and_back)
    changed = house.ana()
    assert changed.version > 1
    assert (changed.orders, changed.quiet_since, changed.quiet_due_at, changed.rung) == (
        other.ana().orders,
        other.ana().quiet_since,
        None,
        other.ana().rung,
    )
    assert len(house.facts(Order)) == 20


def test_an_import_that_broke_off_half_way_through_a_customer_wakes_nobody_and_is_taken_up_again(house):
    past = [bought(house, f"o-{number}", 100 - number * 5) for number in range(10)]
    real = house.store.save
    calls = []

    def dies_at_the_third(changes: Any) -> Any:
        calls.append(changes)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(changes)

    house.store.save = dies_at_the_third
    with pytest.raises(KeyboardInterrupt):
        bring(house, *past, together=4)
    assert house.ana().orders == 8
    assert house.sweep() == 0
    bring(house, *past, together=4)
    assert (house.ana().orders, len(house.facts(Order))) == (10, 10)
    assert house.publish() == []


def test_a_yes_counts_only_where_nothing_was_ever_said(house):
    house.ana_registers(consents=["promotion"])
    house.tell("ConsentWithdrawn", purpose="promotion")
    no = house.ana().consents
    tomorrow = house.clock.now() + timedelta(seconds=1)
    bring(
        house,
        PastConsent(ANA, tomorrow, Purpose.PROMOTION, EMAIL, given=True),
        PastConsent(ANA, ago(house, 9), Purpose.RELATIONSHIP, EMAIL, given=True),
    )
    after = house.ana().consents
    assert after[Purpose.PROMOTION, EMAIL] == no[Purpose.PROMOTION, EMAIL]
    assert after[Purpose.RELATIONSHIP, EMAIL].given
    assert after[Purpose.RELATIONSHIP, EMAIL].at == ago(house, 9)


def test_a_no_of_the_books_narrows_a_yes_that_is_older(house):
    house.ana_registers(consents=["promotion"])
    house.clock.go_on(days=2)
    bring(house, PastConsent(ANA, ago(house, 1), Purpose.PROMOTION, EMAIL, given=False))
    assert not house.ana().consents[Purpose.PROMOTION, EMAIL].given


def test_a_no_of_the_books_ends_the_journey_it_ends_by_itself(house):
    house.ana_is_in_win_back()
    house.clock.go_on(hours=1)
    bring(house, PastConsent(ANA, house.clock.now(), Purpose.PROMOTION, EMAIL, given=False))
    (entry,) = house.ana().active_entries.values()
    assert entry.leaving == "ConsentLost"


def test_channels_are_closed_and_stay_closed(house):
    house.ana_registers()
    bring(
        house,
        PastClosure(ANA, ago(house, 5), SMS),
        PastClosure(ANA, ago(house, 5), EMAIL, SuppressionReason.HARD_BOUNCE, "ana@example.com"),
    )
    assert SMS in house.ana().unsubscribed
    newer = Contact(email="new@example.com", as_of=house.clock.now())
    bring(house, PastRegistration(ANA, house.clock.now(), newer))
    ana = house.ana()
    assert ana.contact.email == "ana@example.com"
    assert ana.suppressed[EMAIL].reason is SuppressionReason.HARD_BOUNCE


def test_a_bounce_of_a_former_address_closes_nothing(house):
    house.ana_registers()
    former = PastClosure(ANA, ago(house, 5), EMAIL, SuppressionReason.HARD_BOUNCE, "former@example.com")
    assert bring(house, former) == [Outcome(duplicate=True)]
    assert house.ana().suppressed == {}


def test_of_an_erased_customer_nothing_is_imported(house):
    house.ana_registers()
    ana = house.ana()
    house.store.save([Change(ana, replace(ana, erased_at=house.clock.now(), contact=Contact()))])
    written = len(house.store.stream)
    (outcome,) = bring(house, bought(house, "o-1", 100))
    assert isinstance(outcome.error, PermanentError)
    assert "erased" in str(outcome.error)
    assert len(house.store.stream) == written


def test_an_order_known_under_another_id_of_the_same_person_stays_there(house):
    house.tell("PurchaseCompleted", order_id="77", customer_id="ana-2")
    other = (CustomerId("ana-2"),)
    outcomes = bring(
        house,
        bought(house, "77", 3, also=other),
        bought(house, "78", 3, also=other),
        refunded(house, "77", 2, also=other),
    )
    assert outcomes[0].duplicate
    assert outcomes[1] == Outcome()
    assert isinstance(outcomes[2].error, PermanentError)
    assert "ana-2" in str(outcomes[2].error)
    assert [order.order_id for order in house.facts(Order)] == ["78"]
    assert house.facts(Refund) == []
