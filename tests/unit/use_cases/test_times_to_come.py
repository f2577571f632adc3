"""What is said to happen in the future has not happened: it is refused, whatever it is, and takes nothing with it."""

from datetime import UTC, datetime, timedelta

import pytest

from escalera.contracts.registry import SHOP_EVENTS
from escalera.domain.customer import Customer
from escalera.domain.errors import ContractError
from escalera.domain.money import Money
from escalera.domain.past import PastPurchase
from escalera.domain.purchases import Purchase
from escalera.domain.vocabulary import CustomerId, OrderId, SalesChannel
from escalera.use_cases.import_pasts import import_pasts
from escalera.use_cases.recording import Outcome
from tests.fakes.house import ANA, RECORDERS, House

DAY = timedelta(days=1)
LUIS = CustomerId("luis")
FAR = datetime(2108, 3, 1, tzinfo=UTC)


@pytest.fixture
def house() -> House:
    return House()


def record(house: House, *events) -> list[Outcome]:
    name = type(events[0]).__name__.removesuffix("V1")
    return RECORDERS[name](events, customers=house.store, rules=house.rules, clock=house.clock)


@pytest.mark.parametrize("name", SHOP_EVENTS)
def test_what_is_more_than_a_day_ahead_is_refused_by_its_field_and_the_others_are_recorded(name, house):
    far = house.event(name, "far", occurred_at=FAR)
    just = house.event(name, "just", occurred_at=house.clock.now() + DAY + timedelta(seconds=1))
    good = house.event(name, "good", customer_id=LUIS, occurred_at=house.clock.now() + DAY)
    refused, also, recorded = record(house, far, just, good)
    for outcome in (refused, also):
        assert isinstance(outcome.error, ContractError)
        assert str(outcome.error).startswith(
            "occurred_at: is more than a day after now (2026-03-02T10:00:00Z)"
        )
    assert recorded == Outcome()
    assert house.ana() == Customer(ANA)
    assert house.ana(LUIS).version == 1


def test_clock_that_goes_on_takes_what_was_refused_before(house):
    event = house.event("PurchaseCompleted", occurred_at=house.clock.now() + 3 * DAY)
    assert record(house, event)[0].error is not None
    house.clock.go_on(days=2)
    assert record(house, event) == [Outcome()]
    assert house.ana().orders == 1


def test_import_of_a_past_that_is_still_to_come_is_refused_too(house):
    purchases = [
        Purchase(OrderId(order), Money(1000, "EUR"), at, SalesChannel.WEB)
        for order, at in (("1", house.clock.now() - DAY), ("2", FAR))
    ]
    past = [PastPurchase(ANA, one) for one in purchases]
    known, refused = import_pasts(past, customers=house.store, rules=house.rules, clock=house.clock)
    assert (known, type(refused.error)) == (Outcome(), ContractError)
    assert house.ana().last_order_at == house.clock.now() - DAY
