"""The shelves behind the in-memory adapters, and the lock in front of them."""

from dataclasses import dataclass, field
from threading import RLock

from escalera.domain.customer import Customer
from escalera.domain.facts import Fact, FactKey
from escalera.domain.switches import Switches
from escalera.domain.vocabulary import CustomerId

Record = Customer | Fact | Switches


@dataclass(frozen=True, slots=True)
class Written:
    """One record as it was and as it is now: what the table's stream would tell. `before` is None for a new one."""

    before: Record | None
    after: Record
    told: bool = True

    @property
    def news(self) -> tuple[Record | None, Record | None]:
        """Old and new as the bus is to hear of them; no new one where nobody is told."""
        return self.before, self.after if self.told else None


@dataclass(slots=True)
class Store:
    """What is kept; whoever reads or writes it holds `lock`. Values are immutable, so they are handed out as they are."""

    customers: dict[CustomerId, Customer] = field(default_factory=dict)
    facts: dict[FactKey, Fact] = field(default_factory=dict)
    addresses: dict[str, CustomerId] = field(default_factory=dict)
    """Digest of an address by channel: whom it was last registered for."""
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
