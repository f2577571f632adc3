"""An imported past ends where the same past ends that was told live, day by day, with the sweep looking every day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from escalera.contracts.registry import SHOP_EVENTS
from escalera.domain.customer import Contact, Customer
from escalera.domain.facts import Order, Refund
from escalera.domain.money import Money
from escalera.domain.past import (
    Happening,
    PastConsent,
    PastDelivery,
    PastPurchase,
    PastRefund,
    PastRegistration,
)
from escalera.domain.purchases import Purchase
from escalera.domain.vocabulary import MessageChannel, OrderId, Purpose, RefundId, SalesChannel
from escalera.use_cases.import_pasts import import_pasts
from tests.fakes.house import ANA, House

REFUNDED_BY = SalesChannel(SHOP_EVENTS["PurchaseRefunded"].EXAMPLE["channel"])
START = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = 400
days = st.integers(0, DAYS)


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[datetime, str, dict[str, Any]]]:
    """Events of one customer as the shop would tell them: each at an instant of its own, orders before refunds or not."""
    told: list[tuple[str, int, dict[str, Any]]] = []
    if draw(st.booleans()):
        told.append(("CustomerRegistered", draw(days), {"email": "ana@example.com", "people": None}))
    if draw(st.booleans()):
        purpose = draw(st.sampled_from(["promotion", "relationship", "service"]))
        name = draw(st.sampled_from(["ConsentGiven", "ConsentWithdrawn"]))
        told.append((name, draw(days), {"purpose": purpose}))
    for number in range(draw(st.integers(0, 7))):
        currency = draw(st.sampled_from(["EUR", "GBP"]))
        order = {"order_id": f"o-{number}"}
        total = {"amount": draw(st.integers(0, 3)), "currency": currency}
        told.append(("PurchaseCompleted", draw(days), {**order, "total": total, "discount": None}))
        for refund in range(draw(st.sampled_from([0, 0, 1, 2]))):
            amount = {"amount": draw(st.integers(1, 3)), "currency": currency}
            told.append(
                ("PurchaseRefunded", draw(days), {**order, "refund_id": f"r-{refund}", "amount": amount})
            )
        if draw(st.booleans()):
            told.append(("DeliveryCompleted", draw(days), order))
    return sorted(
        ((START + timedelta(days=day, seconds=place), name, fields))
        for place, (name, day, fields) in enumerate(told)
    )


def as_past(at: datetime, name: str, fields: dict[str, Any]) -> Happening:
    order = OrderId(fields.get("order_id", ""))
    match name:
        case "CustomerRegistered":
            return PastRegistration(ANA, at, replace(REGISTERED, as_of=at))
        case "PurchaseCompleted":
            return PastPurchase(ANA, Purchase(order, Money(**fields["total"]), at, SalesChannel.WEB))
        case "PurchaseRefunded":
            refund, amount = RefundId(fields["refund_id"]), Money(**fields["amount"])
            return PastRefund(ANA, Refund(ANA, order, refund, amount, at, REFUNDED_BY))
        case "DeliveryCompleted":
            return PastDelivery(ANA, order, at)
    return PastConsent(ANA, at, Purpose(fields["purpose"]), MessageChannel.EMAIL, name == "ConsentGiven")


def a_registered_contact() -> Contact:
    house = House()
    house.tell("CustomerRegistered", people=None)
    return replace(house.ana().contact, email="ana@example.com")


REGISTERED = a_registered_contact()


def live(history: list[tuple[datetime, str, dict[str, Any]]], until: datetime) -> House:
    house = House()
    house.clock.at = START
    left = list(history)
    while house.clock.at <= until:
        house.sweep()
        tomorrow = house.clock.at + timedelta(days=1)
        while left and left[0][0] < tomorrow:
            house.clock.at, name, fields = left.pop(0)
            house.tell(name, f"{name}-{len(left)}", **fields)
        house.clock.at = tomorrow
    house.clock.at = until
    house.sweep()
    return house


def without_way(customer: Customer) -> Customer:
    """The reason tells by which way the customer came to the rung, and the version counts the writes."""
    return replace(customer, rung_reason="", version=0)


@settings(deadline=None)
@given(histories(), st.integers(0, 200), st.sampled_from([2, 3, 45]))
def test_an_imported_past_ends_where_the_same_past_told_live_ends(history, silence, together):
    until = START + timedelta(days=DAYS + 1 + silence)
    there = live(history, until)
    here = House()
    here.clock.at = until
    rules = here.programme.policy.standing_rules()
    past = [as_past(*one) for one in history]
    outcomes = import_pasts(
        past[::-1], customers=here.store, rules=rules, clock=here.clock, together=together
    )
    assert all(outcome.error is None and not outcome.duplicate for outcome in outcomes)
    assert replace(here.ana(), version=0) == replace(there.ana(), version=0)
    for kind in (Order, Refund):
        assert here.facts(kind) == there.facts(kind)
    assert here.publish() == []


@settings(deadline=None)
@given(histories(), st.data())
def test_an_import_between_live_events_ends_where_all_of_it_told_live_ends(history, data):
    """Some was told live, all of it is imported, twice, and the rest comes live as well."""
    until = START + timedelta(days=DAYS + 100)
    house, other = House(), House()
    for one in (house, other):
        one.clock.at = until
    rules = house.programme.policy.standing_rules()
    consent_free = [one for one in history if not one[1].startswith("Consent")]
    first = data.draw(st.integers(0, len(consent_free)))
    mixed = data.draw(st.permutations(consent_free))
    for at, name, fields in mixed[:first]:
        house.tell(name, occurred_at=at, **fields)
    for _ in range(2):
        import_pasts(
            [as_past(*one) for one in consent_free], customers=house.store, rules=rules, clock=house.clock
        )
    for at, name, fields in mixed:
        house.tell(name, occurred_at=at, **fields)
        other.tell(name, occurred_at=at, **fields)
    for one in (house, other):
        one.sweep()
    assert without_way(house.ana()) == without_way(other.ana())
    assert {(o.order_id, o.refunded, o.delivered_at) for o in house.facts(Order)} == {
        (o.order_id, o.refunded, o.delivered_at) for o in other.facts(Order)
    }
