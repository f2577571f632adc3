"""The open sessions of the console in DynamoDB: one record per session, which the table's TTL deletes.

A closed session is marked, not deleted: the console's role needs no right to delete records.
"""

import time
from collections.abc import Callable
from datetime import datetime

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.attributes import Item, to_item
from escalera.adapters.dynamodb.table import Connect, Table

_CLOSED = "closed"


class DynamoDBOpenSessions:
    """`OpenSessions` over the customers' table."""

    def __init__(self, table: str, connect: Connect, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = Table(table, connect, sleep=sleep)

    def open(self, staff_id: str, session_id: str, *, until: datetime) -> None:
        """One put."""
        record = {**keys.session(staff_id, session_id), **to_item({keys.EXPIRY: int(until.timestamp())})}
        self._table.busy(
            lambda item: self._table.client.put_item(TableName=self._table.name, Item=item), record
        )

    def is_open(self, staff_id: str, session_id: str) -> bool:
        """One consistent read."""
        found = next(iter(self._table.get([keys.session(staff_id, session_id)])), None)
        return found is not None and _CLOSED not in found

    def close(self, staff_id: str, session_id: str) -> None:
        """One conditional update: a record that is gone is not made again."""
        self._close(keys.session(staff_id, session_id))

    def close_all(self, staff_id: str) -> int:
        """One query, and an update for each session that is open."""
        items = self._table.query(
            KeyConditionExpression=f"{keys.PARTITION} = :staff",
            ExpressionAttributeValues={":staff": keys.sessions(staff_id)},
            ConsistentRead=True,
        )
        still_open = [item for item in items if _CLOSED not in item]
        return sum(
            self._close({name: item[name] for name in (keys.PARTITION, keys.SORT)}) for item in still_open
        )

    def _close(self, key: Item) -> bool:
        request = {
            "TableName": self._table.name,
            "Key": key,
            "UpdateExpression": "SET #closed = :yes",
            "ConditionExpression": f"attribute_exists({keys.PARTITION})",
            "ExpressionAttributeNames": {"#closed": _CLOSED},
            "ExpressionAttributeValues": {":yes": {"BOOL": True}},
        }
        return self._table.holds(lambda asked: self._table.client.update_item(**asked), request)
