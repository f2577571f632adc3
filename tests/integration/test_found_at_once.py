"""Whom an import writes is found by their e-mail before the next batch is looked at, also when the table throttles."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository
from escalera.domain.customer import Contact, Customer
from escalera.domain.vocabulary import MessageChannel
from escalera.ports.customers import Change
from escalera_cli.endings import CommandError
from escalera_cli.importing.found_at_once import CustomersFoundAtOnce
from tests.fakes.facts import ANA, LUIS, NOON
from tests.fakes.table import TABLE, connect, make_table

MAIL = "ana@example.com"
ANA_TOLD = Customer(ANA, contact=Contact(email=MAIL, given_name="Ana", family_name="Ruiz", as_of=NOON))


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def customers(pauses: list[float]) -> Iterator[CustomersFoundAtOnce]:
    with mock_aws():
        make_table()
        yield CustomersFoundAtOnce(TABLE, connect, sleep=pauses.append)


def throttle(customers: CustomersFoundAtOnce, calls: int) -> None:
    """The table takes no row in so many calls."""
    client: Any = customers._projections._table.client
    left = iter(range(calls))
    real = client.batch_write_item

    def busy(**request: Any) -> Any:
        return real(**request) if next(left, None) is None else {"UnprocessedItems": request["RequestItems"]}

    client.batch_write_item = busy


def found(customers: DynamoDBCustomerRepository) -> dict[str, str]:
    return dict(customers.find_by_addresses(MessageChannel.EMAIL, [MAIL]))


def test_whoever_is_saved_is_found_at_once(customers, pauses):
    customers.save([Change(Customer(ANA), ANA_TOLD)])
    assert found(customers) == {MAIL: ANA}
    assert pauses == []


def test_rows_left_by_a_table_that_throttles_are_written_again_with_pauses(customers, pauses):
    throttle(customers, calls=12)
    customers.save([Change(Customer(ANA), ANA_TOLD)])
    assert found(customers) == {MAIL: ANA}
    assert sum(pauses) > 0.75


def test_rows_that_are_never_taken_end_the_command_with_what_to_do(customers):
    throttle(customers, calls=1000)
    with pytest.raises(
        CommandError, match=r"1 customers are written, but not yet found .* same command again"
    ):
        customers.save([Change(Customer(ANA), ANA_TOLD)])


def test_whoever_an_earlier_attempt_left_unfound_is_found_again_and_nobody_is_made(customers):
    DynamoDBCustomerRepository(TABLE, connect).save([Change(Customer(ANA), ANA_TOLD)])
    assert found(customers) == {}
    customers.find_again([ANA, LUIS])
    assert found(customers) == {MAIL: ANA}
    assert customers.load([LUIS])[LUIS].version == 0
