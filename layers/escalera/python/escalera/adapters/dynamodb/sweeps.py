"""When it was last looked who is due, kept in the table: one record for each kind of look."""

import time
from collections.abc import Callable
from datetime import datetime

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.attributes import instant, to_item, written
from escalera.adapters.dynamodb.table import Connect, Table
from escalera.ports.customers import DueKind


class DynamoDBSweeps:
    """`Sweeps` over the customers' table."""

    def __init__(self, table: str, connect: Connect, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = Table(table, connect, sleep=sleep)

    def last(self, kind: DueKind) -> datetime | None:
        """Until when all who were due had been found."""
        for item in self._table.get([keys.sweep(kind)]):
            return instant(item["until"]["S"])
        return None

    def done(self, kind: DueKind, until: datetime) -> None:
        """All who were due until then were found."""
        record = {**keys.sweep(kind), **to_item({"until": written(until)})}
        self._table.busy(
            lambda asked: self._table.client.put_item(TableName=self._table.name, Item=asked), record
        )
