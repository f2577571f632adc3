"""The daily measures in DynamoDB: one item a day, all in one partition, beside the customers."""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.attributes import Item, to_item
from escalera.adapters.dynamodb.table import Connect, Table
from escalera.domain.measures import Measures, from_json, to_json


class DynamoDBDailyMeasures:
    """`DailyMeasures` over the customers' table. Reads are strongly consistent."""

    def __init__(self, table: str, connect: Connect, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = Table(table, connect, sleep=sleep)

    def record(self, measures: Measures) -> bool:
        """Put the day's item if there is none; the same again (a repeated run, a lost answer) is there already."""
        text = json.dumps(to_json(measures), ensure_ascii=False, separators=(",", ":"))
        asked = {
            "TableName": self._table.name,
            # As one text: shares and averages are floats, which no other record of the table holds.
            "Item": {**keys.measures(measures.day), **to_item({"measures": text})},
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        if self._table.holds(lambda put: self._table.client.put_item(**put), asked):
            return True
        [there] = self._table.get([keys.measures(measures.day)])
        return _read(there) == measures

    def between(self, first: date, last: date) -> Sequence[Measures]:
        """One query, page by page."""
        found = self._table.query(
            KeyConditionExpression=f"{keys.PARTITION} = :measures AND {keys.SORT} BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":measures": keys.measures(first)[keys.PARTITION],
                ":first": keys.measures(first)[keys.SORT],
                ":last": keys.measures(last)[keys.SORT],
            },
            ConsistentRead=True,
        )
        return [_read(item) for item in found]

    def on(self, days: Iterable[date]) -> Sequence[Measures]:
        """Read by their keys, up to 100 in one call."""
        found = map(_read, self._table.get(keys.measures(day) for day in days))
        return sorted(found, key=lambda one: one.day)

    def latest(self) -> Measures | None:
        """The last item of the partition."""
        newest = self._table.query(
            KeyConditionExpression=f"{keys.PARTITION} = :measures",
            ExpressionAttributeValues={":measures": keys.measures(date.max)[keys.PARTITION]},
            ScanIndexForward=False,
            Limit=1,
            ConsistentRead=True,
        )
        return next(map(_read, newest), None)


def _read(item: Item) -> Measures:
    return from_json(json.loads(item["measures"]["S"]))
