"""The trail of who did what, in DynamoDB: the row, and for a day the mark that it was written."""

import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.attributes import to_item
from escalera.adapters.dynamodb.records import fact_record
from escalera.adapters.dynamodb.table import Connect, Table
from escalera.adapters.dynamodb.transactions import ABSENT
from escalera.domain.facts import Audit

MARKS_ARE_KEPT = timedelta(days=1)


class DynamoDBAuditTrail:
    """`AuditTrail` over the customers' table."""

    def __init__(self, table: str, connect: Connect, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = Table(table, connect, sleep=sleep)

    def add(self, audit: Audit, *, once: str) -> bool:
        """Both in one transaction."""
        until = int((audit.at + MARKS_ARE_KEPT).timestamp())
        mark = {**keys.once(once), **to_item({keys.EXPIRY: until})}
        puts: list[dict[str, Any]] = [{"Item": mark, **ABSENT}, {"Item": fact_record(audit)}]
        request = {
            "TransactItems": [{"Put": {"TableName": self._table.name, **put}} for put in puts],
            "ClientRequestToken": str(uuid.uuid4()),
        }
        try:
            self._table.busy(lambda asked: self._table.client.transact_write_items(**asked), request)
        except ClientError as error:
            reasons: Any = error.response.get("CancellationReasons") or ()
            if not {"ConditionalCheckFailed", "TransactionConflict"} & {one.get("Code") for one in reasons}:
                raise
            return False
        return True
