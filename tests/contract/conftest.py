from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from moto import mock_aws

from escalera.adapters.dynamodb.addresses import DynamoDBAddressBook
from escalera.adapters.dynamodb.audit import DynamoDBAuditTrail
from escalera.adapters.dynamodb.colleagues import DynamoDBColleagues
from escalera.adapters.dynamodb.journey_steps import DynamoDBJourneySteps
from escalera.adapters.dynamodb.ledger import DynamoDBMessageLedger
from escalera.adapters.dynamodb.limits import DynamoDBRateLimits
from escalera.adapters.dynamodb.open_sessions import DynamoDBOpenSessions
from escalera.adapters.dynamodb.projections import DynamoDBProjections
from escalera.adapters.dynamodb.scores import DynamoDBShopScores
from escalera.adapters.dynamodb.sweeps import DynamoDBSweeps
from escalera.adapters.dynamodb.switches import DynamoDBJourneySwitches
from escalera.adapters.dynamodb.whereabouts import DynamoDBWhereabouts
from escalera.adapters.dynamodb.work import DynamoDBWorkLists
from escalera.adapters.memory import (
    InMemoryAddressBook,
    InMemoryAuditTrail,
    InMemoryColleagues,
    InMemoryCustomerRepository,
    InMemoryJourneySteps,
    InMemoryJourneySwitches,
    InMemoryMessageLedger,
    InMemoryOpenSessions,
    InMemoryProjections,
    InMemoryRateLimits,
    InMemoryShopScores,
    InMemorySweeps,
    InMemoryWhereabouts,
    InMemoryWorkLists,
)
from escalera.ports.addresses import AddressBook
from escalera.ports.audit import AuditTrail
from escalera.ports.colleagues import Colleagues
from escalera.ports.customers import CustomerRepository, MessageLedger
from escalera.ports.journeys import JourneySteps, Whereabouts
from escalera.ports.limits import RateLimits
from escalera.ports.open_sessions import OpenSessions
from escalera.ports.projections import Projections
from escalera.ports.scores import ShopScores
from escalera.ports.sweeps import Sweeps
from escalera.ports.switches import JourneySwitches
from escalera.ports.work import WorkLists
from tests.fakes.table import TABLE, FollowedCustomers, connect, make_table


@dataclass
class Kept:
    """One store, through all of its ports."""

    customers: CustomerRepository
    projections: Projections
    book: AddressBook
    ledger: MessageLedger
    scores: ShopScores
    work: WorkLists
    whereabouts: Whereabouts
    switches: JourneySwitches
    trail: AuditTrail
    colleagues: Colleagues
    sweeps: Sweeps
    sessions: OpenSessions
    limits: RateLimits
    steps: JourneySteps


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    if request.param == "memory":
        customers = InMemoryCustomerRepository()
        yield Kept(
            customers,
            InMemoryProjections(customers.store),
            InMemoryAddressBook(customers),
            InMemoryMessageLedger(customers),
            InMemoryShopScores(),
            InMemoryWorkLists(customers),
            InMemoryWhereabouts(customers),
            InMemoryJourneySwitches(customers),
            InMemoryAuditTrail(customers),
            InMemoryColleagues(),
            InMemorySweeps(),
            InMemoryOpenSessions(),
            InMemoryRateLimits(),
            InMemoryJourneySteps(),
        )
        return
    with mock_aws():
        make_table()
        yield Kept(
            FollowedCustomers(),
            DynamoDBProjections(TABLE, connect),
            DynamoDBAddressBook(TABLE, connect),
            DynamoDBMessageLedger(TABLE, connect),
            DynamoDBShopScores(TABLE, connect),
            DynamoDBWorkLists(TABLE, connect),
            DynamoDBWhereabouts(TABLE, connect),
            DynamoDBJourneySwitches(TABLE, connect),
            DynamoDBAuditTrail(TABLE, connect),
            DynamoDBColleagues(TABLE, connect),
            DynamoDBSweeps(TABLE, connect),
            DynamoDBOpenSessions(TABLE, connect),
            DynamoDBRateLimits(TABLE, connect),
            DynamoDBJourneySteps(TABLE, connect),
        )
