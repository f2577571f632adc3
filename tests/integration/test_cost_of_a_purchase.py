"""A purchase is one read and one transaction of two writes, whoever buys: counted at the table, through the use case."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws

from escalera.adapters.dynamodb.projections import DynamoDBProjections
from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository
from escalera.contracts.purchases import PurchaseCompletedV1
from escalera.domain.customer import Contact, Customer
from escalera.domain.facts import FactKind, Silence
from escalera.domain.vocabulary import CustomerId, MessageChannel
from escalera.ports.customers import Change
from escalera.use_cases.follow_changes import follow_changes
from escalera.use_cases.record_purchases import record_purchases
from tests.fakes.clock import SetClock
from tests.fakes.facts import ANA, NOON
from tests.fakes.house import PROGRAMME
from tests.fakes.table import TABLE, CountedCalls, FollowedCustomers, Stream, make_table

DAY = timedelta(days=1)
REACHED = Contact(
    given_name="Ana", family_name="Ruiz", email="ana@example.com", phone="+34600000001", as_of=NOON - 90 * DAY
)
KNOWN = Customer(
    ANA, orders=3, first_order_at=NOON - 300 * DAY, last_order_at=NOON - 80 * DAY, contact=REACHED
)
QUIET = replace(KNOWN, quiet_since=NOON - 5 * DAY)
GUEST = {
    "given_name": "Luis",
    "family_name": "Sanz",
    "email": "luis@example.com",
    "phone": "+34600000002",
}


@pytest.fixture
def calls() -> Iterator[CountedCalls]:
    with mock_aws():
        make_table()
        yield CountedCalls()


def buys(calls: CountedCalls, customer_id: CustomerId = ANA, **told: Any) -> None:
    plain = {name: value for name, value in PurchaseCompletedV1.EXAMPLE.items() if name != "contact"}
    happened = {"customer_id": customer_id, "occurred_at": NOON, **told}
    event = PurchaseCompletedV1.model_validate({**plain, **happened})
    customers = DynamoDBCustomerRepository(TABLE, calls.connect)
    rules = PROGRAMME.policy.standing_rules()
    calls.asked.clear()
    (outcome,) = record_purchases([event], customers=customers, rules=rules, clock=SetClock(NOON))
    assert outcome.error is None
    assert not outcome.duplicate


@pytest.mark.parametrize(
    ("known", "told"),
    [
        pytest.param(None, {}, id="nobody knew them"),
        pytest.param(KNOWN, {}, id="a known customer"),
        pytest.param(QUIET, {}, id="one who was quiet"),
        pytest.param(None, {"contact": GUEST}, id="a guest who says who they are"),
        pytest.param(KNOWN, {"contact": GUEST}, id="one with other names and addresses than before"),
        pytest.param(QUIET, {"contact": GUEST}, id="one who was quiet, with other names and addresses"),
    ],
)
def test_a_purchase_is_one_read_and_one_transaction_of_two_writes(calls, known, told):
    if known is not None:
        FollowedCustomers().save([Change(Customer(ANA), known)])
    buys(calls, **told)
    assert [name for name, _ in calls.asked] == ["GetItem", "TransactWriteItems"]
    written = [action["Put"]["Item"] for action in calls.asked[1][1]["TransactItems"]]
    assert [item["sk"]["S"].partition("#")[0] for item in written] == ["PROFILE", "ORDER"]


def test_what_a_guest_is_found_by_follows_in_one_call_that_writes_and_one_that_looks(calls):
    stream = Stream()
    buys(calls, contact=GUEST)
    calls.asked.clear()
    changed = stream.written()
    projections = DynamoDBProjections(TABLE, calls.connect)
    followed, _ = follow_changes(changed, projections=projections)
    assert followed == changed
    assert [name for name, _ in calls.asked] == ["BatchWriteItem", "BatchGetItem"]
    (together,) = [asked["RequestItems"][TABLE] for name, asked in calls.asked if name == "BatchWriteItem"]
    assert len(together) == 4
    customers = DynamoDBCustomerRepository(TABLE, calls.connect)
    assert customers.find_by_address(MessageChannel.EMAIL, "luis@example.com") == ANA
    assert customers.find_by_address(MessageChannel.SMS, "+34600000002") == ANA
    assert customers.find_by_name("sanz", limit=5) == customers.find_by_name("luis", limit=5) == [ANA]


def test_silence_that_a_purchase_ends_follows_in_one_write(calls):
    FollowedCustomers().save([Change(Customer(ANA), QUIET)])
    stream = Stream()
    stream.written()
    buys(calls)
    calls.asked.clear()
    changed = stream.written()
    projections = DynamoDBProjections(TABLE, calls.connect)
    followed, _ = follow_changes(changed, projections=projections)
    assert followed == changed
    assert calls.names == {"PutItem": 1}
    over = Silence(ANA, NOON - 5 * DAY, NOON - 80 * DAY, NOON)
    assert DynamoDBCustomerRepository(TABLE, calls.connect).facts_of(ANA, FactKind.SILENCE) == [over]


def test_nothing_follows_a_purchase_of_a_customer_in_rhythm(calls):
    FollowedCustomers().save([Change(Customer(ANA), KNOWN)])
    stream = Stream()
    stream.written()
    buys(calls)
    calls.asked.clear()
    changed = stream.written()
    assert len(changed) == 2
    followed, _ = follow_changes(changed, projections=DynamoDBProjections(TABLE, calls.connect))
    assert followed == changed
    assert calls.asked == []
