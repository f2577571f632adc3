"""What follows the customers, as records of the same table: written after the customer, each write by itself.

A write by itself costs half of one in a transaction, and the customer's own writes stay two.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.addresses import closings_in
from escalera.adapters.dynamodb.attributes import Item
from escalera.adapters.dynamodb.records import fact_record, from_image, owned_record
from escalera.adapters.dynamodb.table import Connect, Table
from escalera.domain.closings import Address, Closings
from escalera.domain.customer import Customer
from escalera.domain.errors import RetryableError
from escalera.domain.facts import Silence
from escalera.domain.names import looked_for_as
from escalera.domain.projections import Projection
from escalera.domain.vocabulary import CustomerId
from escalera.ports.projections import Followed

_WRITES_TOGETHER = 25

Place = tuple[str, str]
Request = Mapping[str, Any]


class DynamoDBProjections:
    """`Projections` over the customers' table."""

    def __init__(self, table: str, connect: Connect, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = Table(table, connect, sleep=sleep)

    def write(self, projections: Sequence[Projection]) -> Followed:
        """Write the rows, many together; then look at the customers, and mend what is other than they say.

        Looked at afterwards, since no change is to be trusted alone: told late or again, it would bring back a name
        that was taken away since. And what was said at an address is seen by whoever comes second.
        """
        rows = {_place(row): row for one in projections for row in _rows(one)}
        not_taken = self._not_taken(rows)
        try:
            borne, closings = self._look(projections)
        except RetryableError:
            return Followed(range(len(projections)))
        true = [row for one in projections if one.customer_id in borne for row in _names(one, borne)]
        not_taken |= self._not_taken({_place(row): row for row in true if row != rows[_place(row)]})
        left = [
            index
            for index, one in enumerate(projections)
            if not not_taken.isdisjoint(map(_place, _rows(one)))
            or (one.silence is not None and not self._keep_silence(one.silence, one.version))
        ]
        return Followed(left, closings)

    def _look(
        self, projections: Sequence[Projection]
    ) -> tuple[Mapping[CustomerId, frozenset[str]], Mapping[Address, Closings]]:
        """Read once: the names borne now by those who are no longer as they were, and what was said at addresses."""
        renamed = Counter(one.customer_id for one in projections if one.names or one.former_names)
        as_told = {one.customer_id: str(one.version) for one in projections if renamed[one.customer_id] == 1}
        told = {
            keys.closings(address)[keys.PARTITION]["S"]: address
            for one in projections
            for address, _ in one.addresses
        }
        borne, closings = dict[CustomerId, frozenset[str]](), dict[Address, Closings]()
        for item in self._table.get([*map(keys.profile, renamed), *map(keys.closings, told.values())]):
            customer_id = keys.customer_of(item)
            if customer_id is None:
                closings[told[item[keys.PARTITION]["S"]]] = closings_in(item)
            elif as_told.get(customer_id) != item["version"]["N"]:
                customer = from_image(item)
                if isinstance(customer, Customer):
                    borne[customer_id] = looked_for_as(customer)
        return borne, closings

    def _not_taken(self, wanted: Mapping[Place, Request]) -> set[Place]:
        requests, left = iter(wanted.values()), list[Request]()
        while together := list(islice(requests, _WRITES_TOGETHER)):
            left += together if left else self._left_of(together)
        return set(map(_place, left))

    def _left_of(self, together: list[Request]) -> list[Request]:
        """Write these; the answer is what the table did not take, asked again and again."""
        attempt = 0
        while together:
            try:
                answer = self._table.busy(
                    lambda asked: self._table.client.batch_write_item(RequestItems=asked),
                    {self._table.name: together},
                )
                together = answer["UnprocessedItems"].get(self._table.name, [])
                if together:
                    attempt += 1
                    self._table.pause(attempt)
            except RetryableError:
                break
        return together

    def _keep_silence(self, silence: Silence, version: int) -> bool:
        """Write the silence unless a later change of the customer has; False if the table throttles."""
        record = fact_record(silence) | {"version": {"N": str(version)}}
        request = {
            "TableName": self._table.name,
            "Item": record,
            "ConditionExpression": "attribute_not_exists(#version) OR #version < :version",
            "ExpressionAttributeNames": {"#version": "version"},
            "ExpressionAttributeValues": {":version": record["version"]},
        }
        try:
            self._table.holds(lambda asked: self._table.client.put_item(**asked), request)
        except RetryableError:
            return False
        return True


def _rows(one: Projection) -> Iterator[Request]:
    """Who has an address, and who bears a name, as this change has it."""
    for address, told_at in one.addresses:
        yield _put(owned_record(keys.holder(address, told_at, one.customer_id), one.customer_id))
    yield from _names(one, {one.customer_id: one.names})


def _names(one: Projection, borne: Mapping[CustomerId, frozenset[str]]) -> Iterator[Request]:
    """The rows of the names that change, for those who bear these."""
    for name in sorted(one.names | one.former_names):
        key = keys.name(name, one.customer_id)
        if name in borne[one.customer_id]:
            yield _put(owned_record(key, one.customer_id))
        else:
            yield {"DeleteRequest": {"Key": key}}


def _put(item: Item) -> Request:
    return {"PutRequest": {"Item": item}}


def _place(request: Request) -> Place:
    key = request["PutRequest"]["Item"] if "PutRequest" in request else request["DeleteRequest"]["Key"]
    return key["pk"]["S"], key["sk"]["S"]
