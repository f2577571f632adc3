"""What becomes of what customers are found by when the table throttles, and when the stream brings things again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from escalera import bootstrap
from escalera.adapters.dynamodb.projections import DynamoDBProjections
from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository
from escalera.adapters.memory import InMemoryEventPublisher
from escalera.domain.customer import Contact, Customer
from escalera.domain.errors import ServiceRefusedError
from escalera.domain.facts import Silence
from escalera.domain.projections import Projection, projection
from escalera.domain.vocabulary import CustomerId, MessageChannel
from escalera.ports.customers import Change, Write
from escalera.ports.projections import Followed
from tests.fakes.facts import ANA, LUIS, NOON, an_order
from tests.fakes.table import TABLE, Stream, connect, make_table
from tests.support.functions import invoke, left_to_the_queue

EVA = CustomerId("eva")
THROTTLE = ServiceRefusedError("dynamodb PutItem (ThrottlingException)")


def called(customer_id: CustomerId, given: str) -> Customer:
    return Customer(customer_id, contact=Contact(given_name=given, family_name="Ruiz"))


@pytest.fixture
def table() -> Iterator[None]:
    with mock_aws():
        make_table()
        yield


@pytest.fixture
def customers(table: None) -> DynamoDBCustomerRepository:
    return DynamoDBCustomerRepository(TABLE, connect)


@pytest.fixture
def projections(table: None) -> DynamoDBProjections:
    return DynamoDBProjections(TABLE, connect, sleep=lambda _: None)


def kept(customers: DynamoDBCustomerRepository, *wanted: Customer) -> list[Projection]:
    """These customers, kept; and what follows of each."""
    customers.save([Change(Customer(one.id), one) for one in wanted])
    return [follows for one in wanted if (follows := projection(None, replace(one, version=1)))]


def names(customers: DynamoDBCustomerRepository) -> list[CustomerId]:
    return sorted(customers.find_by_name("ruiz", limit=99))


def test_rows_the_table_does_not_take_at_once_are_asked_for_again(customers, projections):
    followed = kept(customers, called(ANA, "Ana"), called(LUIS, "Luis"))
    client, asked = projections._table.client, []
    real = client.batch_write_item

    def one_at_a_time(**request: Any) -> Any:
        wanted = request["RequestItems"][TABLE]
        asked.append(len(wanted))
        real(RequestItems={TABLE: wanted[:1]})
        return {"UnprocessedItems": {TABLE: wanted[1:]} if wanted[1:] else {}}

    client.batch_write_item = one_at_a_time
    assert projections.write(followed).left == []
    assert asked == [4, 3, 2, 1]
    assert names(customers) == [ANA, LUIS]


def test_customers_whose_rows_are_never_taken_are_named_and_no_others(customers, projections):
    followed = kept(customers, called(ANA, "Ana"), called(LUIS, "Luis"), called(EVA, "Eva"))
    client = projections._table.client
    real = client.batch_write_item

    def all_but_luis(**request: Any) -> Any:
        left = [
            one
            for one in request["RequestItems"][TABLE]
            if one["PutRequest"]["Item"]["customer_id"]["S"] == LUIS
        ]
        taken = [one for one in request["RequestItems"][TABLE] if one not in left]
        if taken:
            real(RequestItems={TABLE: taken})
        return {"UnprocessedItems": {TABLE: left}}

    client.batch_write_item = all_but_luis
    assert projections.write(followed).left == [1]
    assert names(customers) == sorted([ANA, EVA])


def test_once_the_table_throttles_for_long_the_rest_is_left_without_asking(customers, projections):
    many = [called(CustomerId(f"c-{n}"), f"Ana{n}") for n in range(60)]
    followed = [one for start in (0, 30) for one in kept(customers, *many[start : start + 30])]
    client, asked = projections._table.client, []
    real = client.batch_write_item

    def busy_after_the_first(**request: Any) -> Any:
        asked.append(len(request["RequestItems"][TABLE]))
        if len(asked) > 1:
            raise THROTTLE
        return real(**request)

    client.batch_write_item = busy_after_the_first
    assert projections.write(followed).left == list(range(12, 60))
    assert asked == [25, 25]


def test_silence_that_is_throttled_is_named(customers, projections):
    silence = Projection(LUIS, 1, silence=Silence(LUIS, NOON, NOON - timedelta(days=40)))
    followed = [*kept(customers, called(ANA, "Ana")), silence]

    def busy(**_: Any) -> Any:
        raise THROTTLE

    projections._table.client.put_item = busy
    assert projections.write(followed).left == [1]


def test_customers_who_cannot_be_read_now_are_all_named(customers, projections):
    followed = kept(customers, called(ANA, "Ana"), called(LUIS, "Luis"))

    def busy(**_: Any) -> Any:
        raise THROTTLE

    projections._table.client.batch_get_item = busy
    assert list(projections.write(followed).left) == [0, 1]


def test_what_nobody_understands_is_not_swallowed(projections):
    def refuse(**_: Any) -> Any:
        raise ClientError({"Error": {"Code": "ValidationException"}}, "PutItem")

    projections._table.client.put_item = refuse
    with pytest.raises(ClientError):
        projections.write([Projection(LUIS, 1, silence=Silence(LUIS, NOON, NOON))])


@pytest.fixture
def bus(monkeypatch) -> InMemoryEventPublisher:
    found = InMemoryEventPublisher()
    monkeypatch.setattr(bootstrap, "publisher", lambda _bus: found)
    return found


def hear(records: list[dict[str, Any]]) -> list[str]:
    """The stream's records as Lambda hands them over; the answer is what it is to bring again."""
    images = [
        {**record, "dynamodb": {**record["dynamodb"], "ApproximateCreationDateTime": 0}} for record in records
    ]
    return left_to_the_queue(invoke("publish_changes", {"Records": images}))


def named_and_bought(customer_id: CustomerId, given: str, *, told: bool = True) -> Change:
    after = replace(called(customer_id, given), orders=1)
    return Change(Customer(customer_id), after, (Write(an_order(customer_id, f"o-{given}")),), told)


def test_whoever_hears_of_a_customer_finds_them_and_what_follows_is_followed_by_nothing(cloud, bus):
    customers, stream = DynamoDBCustomerRepository(TABLE, connect), Stream()
    customers.save([named_and_bought(ANA, "Ana")])
    found_when_told = []
    tell = bus.publish

    def publish(events: Any) -> Any:
        found_when_told.append(names(customers))
        return tell(events)

    bus.publish = publish
    assert hear(stream.records()) == []
    assert found_when_told == [[ANA]]
    told, own = len(bus.published), stream.records()
    assert {record["dynamodb"]["Keys"]["pk"]["S"] for record in own} == {"NAME#an", "NAME#ru"}
    assert hear(own) == []
    assert stream.records() == []
    assert len(bus.published) == told


def test_what_an_import_writes_is_followed_though_nobody_is_told(cloud, bus):
    customers, stream = DynamoDBCustomerRepository(TABLE, connect), Stream()
    customers.save([named_and_bought(ANA, "Ana", told=False)])
    assert hear(stream.records()) == []
    assert names(customers) == [ANA]
    assert bus.published == []


def test_from_the_first_customer_who_cannot_be_followed_on_the_stream_brings_all_again(
    cloud, bus, monkeypatch
):
    customers, stream = DynamoDBCustomerRepository(TABLE, connect), Stream()
    customers.save(
        [named_and_bought(ANA, "Ana"), named_and_bought(LUIS, "Luis"), named_and_bought(EVA, "Eva")]
    )
    records = stream.records()
    followed = bootstrap.projections(TABLE)
    take = followed.write
    monkeypatch.setattr(
        followed,
        "write",
        lambda wanted: Followed([index for index, one in enumerate(wanted) if one.customer_id == LUIS]),
    )
    left = hear(records)
    assert left == [record["dynamodb"]["SequenceNumber"] for record in records[2:]]
    assert {event.detail["customer_id"] for event in bus.published} == {ANA}
    monkeypatch.setattr(followed, "write", take)
    assert hear(records[2:]) == []
    assert {event.detail["customer_id"] for event in bus.published} == {ANA, LUIS, EVA}
    assert names(customers) == sorted([LUIS, EVA])  # Ana's came to nothing, and were not brought again here


def test_erased_customer_and_former_name_are_gone_once_the_stream_is_heard(cloud, bus):
    customers, stream = DynamoDBCustomerRepository(TABLE, connect), Stream()
    customers.save([named_and_bought(ANA, "Ana")])
    known = customers.load([ANA])[ANA]
    customers.save([Change(known, replace(known, contact=Contact(given_name="Ana", family_name="Sanz")))])
    records = stream.records()
    assert hear(records) == []
    assert names(customers) == []
    assert customers.find_by_name("sanz", limit=9) == [ANA]
    known = customers.load([ANA])[ANA]
    customers.save([Change(known, replace(known, contact=Contact(), erased_at=NOON))])
    assert hear(stream.records()) == []
    assert customers.find_by_name("sanz", limit=9) == customers.find_by_name("ana", limit=9) == []
    assert hear(records) == []  # all of it again
    assert customers.find_by_name("ana", limit=9) == []
    assert customers.find_by_address(MessageChannel.EMAIL, "ana@example.com") is None
