"""Which journeys are paused, kept in the table: one record for the whole shop."""

import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.records import fact_record
from escalera.adapters.dynamodb.switch_record import read_switches, write_switches
from escalera.adapters.dynamodb.table import Connect, Table, code_of
from escalera.adapters.dynamodb.transactions import ABSENT, version_is
from escalera.domain.facts import Audit
from escalera.domain.switches import Switches


class DynamoDBJourneySwitches:
    """`JourneySwitches` over the customers' table."""

    def __init__(self, table: str, connect: Connect, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = Table(table, connect, sleep=sleep)

    def read(self) -> Switches:
        """The one record; where there is none, nothing was ever paused."""
        for item in self._table.get([keys.switches()]):
            return read_switches(item)
        return Switches()

    def write(self, before: Switches, after: Switches, audit: Audit) -> bool:
        """Both in one transaction, if the record is still at its version."""
        record = write_switches(replace(after, version=before.version + 1))
        guard = version_is(before.version) if before.version else ABSENT
        puts = [{"Item": record, **guard}, {"Item": fact_record(audit)}]
        request = {
            "TransactItems": [{"Put": {"TableName": self._table.name, **put}} for put in puts],
            "ClientRequestToken": str(uuid.uuid4()),
        }
        try:
            self._table.busy(lambda asked: self._table.client.transact_write_items(**asked), request)
        except ClientError as error:
            if code_of(error) != "TransactionCanceledException":
                raise
            reasons: Any = error.response.get("CancellationReasons") or ()
            if not {"ConditionalCheckFailed", "TransactionConflict"} & {one.get("Code") for one in reasons}:
                raise
            return False
        return True
