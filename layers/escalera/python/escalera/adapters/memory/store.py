"""The shelves behind the in-memory adapters, and the lock in front of them."""

from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock

from escalera.domain.closings import Address, Closing
from escalera.domain.customer import Customer
from escalera.domain.facts import Fact, FactKey
from escalera.domain.switches import Switches
from escalera.domain.vocabulary import CustomerId
from escalera.ports.written import Written


@dataclass(slots=True)
class Store:
    """What is kept; whoever reads or writes it holds `lock`. Values are immutable, so they are handed out as they are."""

    customers: dict[CustomerId, Customer] = field(default_factory=dict)
    facts: dict[FactKey, Fact] = field(default_factory=dict)
    addresses: dict[Address, set[tuple[datetime, CustomerId]]] = field(default_factory=dict)
    """When each was told, and for whom."""
    closings: dict[Address, dict[Closing, datetime]] = field(default_factory=dict)
    """What was said at each."""
    silences: dict[FactKey, int] = field(default_factory=dict)
    """By which version of their customers they stand."""
    switches: Switches = field(default_factory=Switches)
    stream: list[Written] = field(default_factory=list)
    lock: RLock = field(default_factory=RLock)

    def put_customer(self, customer: Customer, *, told: bool = True) -> None:
        """Keep the customer as they are now."""
        self.stream.append(Written(self.customers.get(customer.id), customer, told))
        self.customers[customer.id] = customer

    def put_fact(self, fact: Fact, *, told: bool = True) -> None:
        """Keep the fact as it is now."""
        self.stream.append(Written(self.facts.get(fact.key), fact, told))
        self.facts[fact.key] = fact

    def put_switches(self, switches: Switches) -> None:
        """Keep the switches as they are now."""
        self.stream.append(Written(self.switches, switches))
        self.switches = switches
