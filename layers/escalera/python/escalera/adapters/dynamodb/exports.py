"""The lines of an export to S3 (DYNAMODB_JSON): one record each, as `{"Item": {"pk": {"S": "..."}, ...}}`."""

import json
from typing import Any

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.attributes import Item
from escalera.adapters.dynamodb.records import from_image
from escalera.domain.customer import Customer
from escalera.domain.facts import Fact, FactKind
from escalera.domain.vocabulary import CustomerId

_SCORED_FROM = frozenset({FactKind.ORDER, FactKind.REFUND, FactKind.COMPLAINT, FactKind.PROMISE})


class DynamoDBExportReader:
    """An `ExportReader` by the table's own mapping."""

    def owner(self, line: bytes) -> CustomerId | None:
        """Whose record: a customer as such, or what they bought, returned, complained of or were promised."""
        item = _item(line)
        customer_id = keys.customer_of(item)
        if customer_id is None or keys.is_profile(item):
            return customer_id
        key = keys.fact_key(item)
        return customer_id if key is not None and key.kind in _SCORED_FROM else None

    def record(self, line: bytes) -> Customer | Fact | None:
        """The record; None for what belongs to no customer."""
        return from_image(_item(line))


def exported_line(item: Item) -> bytes:
    """A record as an export writes it: for tests and benches, which have no export."""
    return json.dumps({"Item": item}, separators=(",", ":")).encode()


def _item(line: bytes) -> Item:
    found: dict[str, Any] = json.loads(line)
    item: Item = found["Item"]
    return item
