"""Customers kept in DynamoDB."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from escalera.adapters.dynamodb import keys, transactions
from escalera.adapters.dynamodb.records import from_image
from escalera.adapters.dynamodb.table import Connect, Table
from escalera.domain.closings import Address
from escalera.domain.customer import Customer
from escalera.domain.facts import Fact, FactKey, FactKind
from escalera.domain.names import SHORTEST, folded
from escalera.domain.vocabulary import CustomerId, MessageChannel
from escalera.ports.customers import Change, Due, DueKind, Saved


class DynamoDBCustomerRepository:
    """A `CustomerRepository` over one table.

    Reads are strongly consistent, but for what finds customers by something else than their id: that follows them a
    little later, and whoever is found there is read again before anything is decided.
    """

    def __init__(self, table: str, connect: Connect, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = Table(table, connect, sleep=sleep)

    def load(self, ids: Iterable[CustomerId]) -> Mapping[CustomerId, Customer]:
        """Read customers, up to 100 in one call; unknown ones come fresh."""
        wanted = list(ids)
        found: dict[CustomerId, Customer] = {}
        for item in self._table.get(map(keys.profile, wanted)):
            customer = from_image(item)
            if isinstance(customer, Customer):
                found[customer.id] = customer
        return {one: found.get(one) or Customer(one) for one in wanted}

    def load_facts(self, keys_wanted: Iterable[FactKey]) -> Mapping[FactKey, Fact]:
        """Read the facts that are there, up to 100 in one call."""
        found = map(from_image, self._table.get(map(keys.fact, keys_wanted)))
        return {fact.key: fact for fact in found if fact is not None and not isinstance(fact, Customer)}

    def save(self, changes: Sequence[Change]) -> list[Saved]:
        """Write the changes, many in one transaction."""
        if len({change.after.id for change in changes}) < len(changes):
            message = "save takes one change per customer: merge those of the same customer first"
            raise ValueError(message)
        return transactions.save(self._table, changes)

    def find_due(self, kind: DueKind, until: datetime, *, look_back_days: int) -> Iterator[Due]:
        """Who is due by `until`, oldest day first; one query per day and shard, more only where there are pages."""
        for partition in keys.due_partitions(kind, until, look_back_days):
            items = self._table.query(
                IndexName=keys.DUE_INDEX,
                KeyConditionExpression=f"{keys.DUE_PARTITION} = :day AND {keys.DUE_SORT} <= :until",
                ExpressionAttributeValues={":day": partition, ":until": keys.due_until(until)},
            )
            yield from map(keys.read_due, items)

    def facts_of(self, customer_id: CustomerId, kind: FactKind | None = None) -> Sequence[Fact]:
        """What is around one customer, or only the facts of one kind, in order of key."""
        condition = f"{keys.PARTITION} = :customer"
        values = {":customer": keys.partition(customer_id)}
        if kind is not None:
            condition += f" AND begins_with({keys.SORT}, :kind)"
            values[":kind"] = keys.of_kind(kind)
        items = self._table.query(
            KeyConditionExpression=condition, ExpressionAttributeValues=values, ConsistentRead=True
        )
        return [
            fact for fact in map(from_image, items) if fact is not None and not isinstance(fact, Customer)
        ]

    def find_by_address(self, channel: MessageChannel, address: str) -> CustomerId | None:
        """For whom this address was told last: one question for one row."""
        last = self._table.query(
            **keys.holders(Address.of(channel, address)),
            ScanIndexForward=False,
            Limit=1,
            ConsistentRead=True,
        )
        return next((CustomerId(item["customer_id"]["S"]) for item in last), None)

    def find_by_addresses(
        self, channel: MessageChannel, addresses: Iterable[str]
    ) -> Mapping[str, CustomerId]:
        """For whom each address was told last, asked of one after the other."""
        found = {address: self.find_by_address(channel, address) for address in addresses}
        return {address: customer_id for address, customer_id in found.items() if customer_id}

    def find_by_name(self, beginning: str, *, limit: int) -> Sequence[CustomerId]:
        """Whose name begins so: one query, that ends as soon as enough are found."""
        wanted = folded(beginning)
        if len(wanted) < SHORTEST:
            return []
        partition, begins = keys.named(wanted)
        items = self._table.query(
            KeyConditionExpression=f"{keys.PARTITION} = :letters AND begins_with({keys.SORT}, :name)",
            ExpressionAttributeValues={":letters": partition, ":name": begins},
            Limit=2 * limit,  # one may be found by both ends of the name
            ConsistentRead=True,
        )
        found: dict[CustomerId, None] = {}
        for item in items:
            found.setdefault(CustomerId(item["customer_id"]["S"]))
            if len(found) == limit:
                break
        return list(found)
