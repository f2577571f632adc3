"""What follows the customers, as records of the same table: written after the customer, each write by itself.

A write by itself costs half of one in a transaction, and the customer's own writes stay two.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.attributes import Item, sortable
from escalera.adapters.dynamodb.records import fact_record, from_image, owned_record
from escalera.adapters.dynamodb.table import Connect, Table, code_of
from escalera.domain.customer import Customer
from escalera.domain.errors import StoreBusyError
from escalera.domain.names import looked_for_as
from escalera.domain.projections import Projection
from escalera.domain.vocabulary import CustomerId

_WRITES_TOGETHER = 25

Place = tuple[str, str]
Request = Mapping[str, Any]


class _Newer(NamedTuple):
    """A record that takes the place of an older one only, and the attribute and condition that say so."""

    record: Item
    age: str
    condition: str


class DynamoDBProjections:
    """`Projections` over the customers' table."""

    def __init__(self, table: str, connect: Connect, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = Table(table, connect, sleep=sleep)

    def write(self, projections: Sequence[Projection]) -> list[int]:
        """Write each row once, as the customers read now have it; the answer lists whose rows the table did not take."""
        try:
            rows = list(self._rows(projections))
        except StoreBusyError:
            return list(range(len(projections)))
        wanted: dict[Place, Request] = {}
        owners: dict[Place, set[int]] = {}
        for index, request in rows:
            place = _place(request)
            wanted[place] = request
            owners.setdefault(place, set()).add(index)
        left = {index for place in self._not_taken(wanted) for index in owners[place]}
        left |= {index for index, one in enumerate(projections) if not all(map(self._put_newer, _newer(one)))}
        return sorted(left)

    def _rows(self, projections: Sequence[Projection]) -> Iterator[tuple[int, Request]]:
        """The rows that are of one customer alone: where those stand who have an address, and who bears a name."""
        borne = self._names_of({one.customer_id for one in projections if one.names})
        for index, one in enumerate(projections):
            for address, _ in one.addresses:
                yield index, _put(owned_record(keys.holder(address, one.customer_id), one.customer_id))
            for name in sorted(one.names):
                key = keys.name(name, one.customer_id)
                theirs = name in borne[one.customer_id]
                yield index, _put(owned_record(key, one.customer_id)) if theirs else _delete(key)

    def _names_of(self, ids: set[CustomerId]) -> Mapping[CustomerId, frozenset[str]]:
        # Read, not taken from the change: told late or again, it would bring back a name that was taken away since.
        found = map(from_image, self._table.get(map(keys.profile, ids)))
        borne = {one.id: looked_for_as(one) for one in found if isinstance(one, Customer)}
        return {one: borne.get(one, frozenset()) for one in ids}

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
            except StoreBusyError:
                break
        return together

    def _put_newer(self, newer: _Newer) -> bool:
        """Write a record unless what stands there is newer; False if the table throttles."""
        request = {
            "TableName": self._table.name,
            "Item": newer.record,
            "ConditionExpression": newer.condition,
            "ExpressionAttributeNames": {"#age": newer.age},
            "ExpressionAttributeValues": {":age": newer.record[newer.age]},
        }
        try:
            self._table.busy(lambda asked: self._table.client.put_item(**asked), request)
        except StoreBusyError:
            return False
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
        return True


def _newer(one: Projection) -> Iterator[_Newer]:
    """The records that several changes write: of an address the last who told it, of a silence the last word on it."""
    for address, told_at in one.addresses:
        record = owned_record(keys.identity(address), one.customer_id) | {"told_at": {"S": sortable(told_at)}}
        yield _Newer(record, "told_at", "attribute_not_exists(#age) OR #age <= :age")
    if one.silence:
        record = fact_record(one.silence) | {"version": {"N": str(one.version)}}
        yield _Newer(record, "version", "attribute_not_exists(#age) OR #age < :age")


def _put(item: Item) -> Request:
    return {"PutRequest": {"Item": item}}


def _delete(key: Item) -> Request:
    return {"DeleteRequest": {"Key": key}}


def _place(request: Request) -> Place:
    key = request["PutRequest"]["Item"] if "PutRequest" in request else request["DeleteRequest"]["Key"]
    return key["pk"]["S"], key["sk"]["S"]
