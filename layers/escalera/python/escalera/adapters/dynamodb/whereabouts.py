"""Where people wait in journeys, in DynamoDB: one conditional update of the entry's own row."""

import time
from collections.abc import Callable

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.attributes import to_item
from escalera.adapters.dynamodb.journeys import write_waiting
from escalera.adapters.dynamodb.table import Connect, Table
from escalera.domain.facts import EntryStatus, FactKey, Waiting
from escalera.domain.vocabulary import JourneyName
from escalera.domain.work import waits

_STILL_SO = "#status = :active AND (attribute_not_exists(#waiting) OR #waiting.#since <= :since)"


class DynamoDBWhereabouts:
    """`Whereabouts` over the customers' table."""

    def __init__(self, table: str, connect: Connect, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = Table(table, connect, sleep=sleep)

    def note(self, entry: FactKey, waiting: Waiting) -> bool:
        """Write it over what was noted before, and move the entry to its place in the index."""
        new = to_item({"waiting": write_waiting(waiting)})
        new |= keys.listed(entry, waits(JourneyName(entry.parts[0]), waiting))
        request = {
            "TableName": self._table.name,
            "Key": keys.fact(entry),
            "UpdateExpression": "SET " + ", ".join(f"#{name} = :{name}" for name in new),
            "ConditionExpression": _STILL_SO,
            "ExpressionAttributeNames": {
                "#status": "status",
                "#since": "since",
                **{f"#{name}": name for name in new},
            },
            "ExpressionAttributeValues": {
                ":active": {"S": EntryStatus.ACTIVE.value},
                ":since": new["waiting"]["M"]["since"],
                **{f":{name}": value for name, value in new.items()},
            },
        }
        return self._table.holds(lambda asked: self._table.client.update_item(**asked), request)
