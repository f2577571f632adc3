"""The addresses of customers in DynamoDB: each has a partition, with whoever has it and what was said there."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.attributes import Item, instant, sortable
from escalera.adapters.dynamodb.table import Connect, Table
from escalera.domain.closings import Address, Closing, Closings
from escalera.domain.vocabulary import CustomerId

_LATER = "attribute_not_exists(#closing) OR #closing < :at"


class DynamoDBAddressBook:
    """An `AddressBook` over the customers' table."""

    def __init__(self, table: str, connect: Connect, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = Table(table, connect, sleep=sleep)

    def close(self, address: Address, closing: Closing, at: datetime) -> None:
        """Note what was said at an address; the last time counts."""
        request = {
            "TableName": self._table.name,
            "Key": keys.closings(address),
            "UpdateExpression": "SET #closing = :at",
            "ConditionExpression": _LATER,
            "ExpressionAttributeNames": {"#closing": closing.value},
            "ExpressionAttributeValues": {":at": {"S": sortable(at)}},
        }
        self._table.holds(lambda asked: self._table.client.update_item(**asked), request)

    def said(self, address: Address) -> Closings:
        """What was said at an address: one read."""
        found = next(iter(self._table.get([keys.closings(address)])), None)
        return {} if found is None else closings_in(found)

    def holders(self, address: Address) -> Iterator[CustomerId]:
        """Everybody for whom it was ever registered, each once: one question, more only where there are pages."""
        items = self._table.query(**keys.holders(address), ConsistentRead=True)
        # Who told it twice stands there twice.
        seen: set[CustomerId] = set()
        for item in items:
            customer_id = CustomerId(item["customer_id"]["S"])
            if customer_id not in seen:
                seen.add(customer_id)
                yield customer_id


def closings_in(item: Item) -> Closings:
    """What the record says that was said at its address."""
    return {closing: instant(item[closing.value]["S"]) for closing in Closing if closing.value in item}
