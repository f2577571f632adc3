"""Customers kept in memory, under one lock, with the promises of the table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from escalera.adapters.memory.projections import InMemoryProjections
from escalera.adapters.memory.store import Store
from escalera.domain.closings import Address
from escalera.domain.customer import Customer
from escalera.domain.facts import UNSENT, Fact, FactKey, FactKind, Message, Promise, PromiseStatus
from escalera.domain.names import SHORTEST, folded, looked_for_as
from escalera.domain.projections import projection
from escalera.domain.vocabulary import CustomerId, MessageChannel
from escalera.ports.customers import Change, Due, DueKind, Saved, SaveOutcome, When, Write
from escalera.ports.written import Written


class InMemoryCustomerRepository:
    """A `CustomerRepository` without a store behind it. `stream` tells every write, oldest first, as the table would.

    What follows a customer follows at once: the least time that it may take.
    """

    def __init__(self) -> None:
        self.store = Store()
        self._projections = InMemoryProjections(self.store)

    @property
    def stream(self) -> Sequence[Written]:
        """All writes so far."""
        return self.store.stream

    def load(self, ids: Iterable[CustomerId]) -> Mapping[CustomerId, Customer]:
        """Read customers; unknown ones come fresh."""
        with self.store.lock:
            return {one: self.store.customers.get(one) or Customer(one) for one in ids}

    def load_facts(self, keys: Iterable[FactKey]) -> Mapping[FactKey, Fact]:
        """Read the facts that are there."""
        with self.store.lock:
            return {key: self.store.facts[key] for key in keys if key in self.store.facts}

    def save(self, changes: Sequence[Change]) -> list[Saved]:
        """Write each change whole or not at all."""
        ids = [change.after.id for change in changes]
        if len(set(ids)) < len(ids):
            message = "save takes one change per customer: merge those of the same customer first"
            raise ValueError(message)
        with self.store.lock:
            return [self._save(change) for change in changes]

    def find_due(self, kind: DueKind, until: datetime, *, look_back_days: int) -> Iterator[Due]:
        """Who is due by `until`, of that day and the days looked back on."""
        first_day = until.astimezone(UTC).date() - timedelta(days=look_back_days)
        with self.store.lock:
            due = [
                one
                for one in self._due(kind)
                if one.at <= until and one.at.astimezone(UTC).date() >= first_day
            ]
        yield from sorted(due, key=lambda one: (one.at, one.customer_id))

    def facts_of(self, customer_id: CustomerId, kind: FactKind | None = None) -> Sequence[Fact]:
        """What is around one customer, or only the facts of one kind, in order of key."""
        with self.store.lock:
            facts = [
                fact
                for key, fact in self.store.facts.items()
                if key.customer_id == customer_id and kind in (None, key.kind)
            ]
        return sorted(facts, key=lambda fact: "#".join((fact.key.kind, *fact.key.parts)).encode())

    def find_by_address(self, channel: MessageChannel, address: str) -> CustomerId | None:
        """For whom this address was told last."""
        with self.store.lock:
            told = self.store.addresses.get(Address.of(channel, address))
            return max(told)[1] if told else None

    def find_by_addresses(
        self, channel: MessageChannel, addresses: Iterable[str]
    ) -> Mapping[str, CustomerId]:
        """For whom each address was told last."""
        found = {address: self.find_by_address(channel, address) for address in addresses}
        return {address: customer_id for address, customer_id in found.items() if customer_id}

    def find_by_name(self, beginning: str, *, limit: int) -> Sequence[CustomerId]:
        """Whose name begins so, in order of name."""
        wanted = folded(beginning)
        if len(wanted) < SHORTEST:
            return []
        with self.store.lock:
            named = sorted(
                (name, customer.id)
                for customer in self.store.customers.values()
                for name in looked_for_as(customer)
                if name.startswith(wanted)
            )
        return list(dict.fromkeys(customer_id for _, customer_id in named))[:limit]

    def _save(self, change: Change) -> Saved:
        known = self.store.customers.get(change.after.id)
        if (known.version if known else 0) != change.before.version:
            return Saved(SaveOutcome.STALE)
        taken = frozenset(write.fact.key for write in change.writes if not self._is_free(write))
        if taken:
            return Saved(SaveOutcome.TAKEN, taken)
        after = replace(change.after, version=change.before.version + 1)
        self.store.put_customer(after, told=change.told)
        for write in change.writes:
            self.store.put_fact(write.fact, told=change.told)
        if follows := projection(known, after):
            self._projections.write([follows])
        return Saved(SaveOutcome.SAVED)

    def _is_free(self, write: Write) -> bool:
        known = self.store.facts.get(write.fact.key)
        if known is None or write.when is When.ALWAYS:
            return True
        return write.when is When.UNSENT and isinstance(known, Message) and known.status in UNSENT

    def _due(self, kind: DueKind) -> Iterator[Due]:
        if kind is DueKind.QUIET:
            for customer in self.store.customers.values():
                if customer.quiet_due_at is not None:
                    yield Due(customer.id, customer.quiet_due_at)
            return
        for key, fact in self.store.facts.items():
            if isinstance(fact, Promise) and fact.status is PromiseStatus.OPEN:
                yield Due(key.customer_id, fact.due_at, key)
