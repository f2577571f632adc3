from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from moto import mock_aws

from escalera.adapters.dynamodb import DynamoDBCustomerRepository, DynamoDBMessageLedger
from escalera.adapters.memory import InMemoryCustomerRepository, InMemoryMessageLedger
from escalera.ports.customers import CustomerRepository, MessageLedger
from tests.fakes.table import TABLE, connect, make_table


@dataclass
class Kept:
    """One store, through both of its ports."""

    customers: CustomerRepository
    ledger: MessageLedger


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    if request.param == "memory":
        customers = InMemoryCustomerRepository()
        yield Kept(customers, InMemoryMessageLedger(customers))
        return
    with mock_aws():
        make_table()
        yield Kept(DynamoDBCustomerRepository(TABLE, connect), DynamoDBMessageLedger(TABLE, connect))
