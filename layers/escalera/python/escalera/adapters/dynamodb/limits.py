"""Rate limits in DynamoDB: a counter for each window, which the table's TTL deletes."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.table import Connect, Table
from escalera.domain.limits import Action, Limit

_KEPT_LONGER = timedelta(hours=1)


class DynamoDBRateLimits:
    """`RateLimits` over the customers' table."""

    def __init__(self, table: str, connect: Connect, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = Table(table, connect, sleep=sleep)

    def take(self, action: Action, whom: str, limit: Limit, at: datetime) -> bool:
        """One conditional update: it counts, and refuses at the limit, in one step."""
        start, until = limit.window(at)
        request = {
            "TableName": self._table.name,
            "Key": keys.limit(action, whom, start),
            "UpdateExpression": "SET #expiry = :expiry ADD #taken :one",
            "ConditionExpression": "attribute_not_exists(#taken) OR #taken < :most",
            "ExpressionAttributeNames": {"#taken": "taken", "#expiry": keys.EXPIRY},
            "ExpressionAttributeValues": {
                ":one": {"N": "1"},
                ":most": {"N": str(limit.most)},
                ":expiry": {"N": str(int((until + _KEPT_LONGER).timestamp()))},
            },
        }
        return self._table.holds(lambda asked: self._table.client.update_item(**asked), request)
