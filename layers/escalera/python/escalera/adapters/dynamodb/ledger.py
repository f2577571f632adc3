"""The ledger of messages in DynamoDB: each move is one conditional write of the message's own row."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.attributes import to_item, written
from escalera.adapters.dynamodb.records import fact_record
from escalera.adapters.dynamodb.table import Connect, Table
from escalera.contracts.dispatch import PROVIDER_ID, RUN
from escalera.domain.facts import FactKey, Message, MessageStatus

_NOTED_OVER = frozenset({MessageStatus.HELD, MessageStatus.WITHHELD})


class DynamoDBMessageLedger:
    """A `MessageLedger` over the customers' table."""

    def __init__(self, table: str, connect: Connect, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = Table(table, connect, sleep=sleep)

    def note(self, message: Message) -> bool:
        """Write a held or withheld message unless it was ever claimed."""
        names, values = _standing_in(_NOTED_OVER)
        return self._write(
            lambda asked: self._table.client.put_item(**asked),
            {
                "Item": fact_record(message),
                "ConditionExpression": f"attribute_not_exists(pk) OR #status IN ({', '.join(values)})",
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": values,
            },
        )

    def move(
        self,
        key: FactKey,
        to: MessageStatus,
        *,
        only_from: frozenset[MessageStatus],
        at: datetime,
        provider_id: str = "",
        reason: str = "",
    ) -> bool:
        """Move the row if it stands in `only_from`; an empty `provider_id` or `reason` leaves the one that is there."""
        if not only_from:
            return False
        move = moving(key, to, only_from=only_from, at=at, provider_id=provider_id, reason=reason)
        return self._write(lambda asked: self._table.client.update_item(**asked), move)

    def _write(self, call: Callable[[Any], Any], asked: Mapping[str, Any]) -> bool:
        # Callers can bear a False of what was written: whoever hears it leaves the row to whoever moved it.
        return self._table.holds(call, {"TableName": self._table.name, **asked})


@dataclass(frozen=True, slots=True)
class SendingRow:
    """What whoever sends a message does to its row: each an `UpdateItem` that fails if it no longer stands as it must."""

    begin: Mapping[str, Any]
    """Wants the run among its values, as `RUN`."""
    sent: Mapping[str, Any]
    """Wants the provider's id among its values, as `PROVIDER_ID`."""
    released: Mapping[str, Any]


def sending_row(table: str, claimed: Message) -> SendingRow:
    """The moves of this claimed row, in this table."""

    def move(to: MessageStatus, *only_from: MessageStatus) -> dict[str, Any]:
        at = claimed.decided_at
        return {"TableName": table, **moving(claimed.key, to, only_from=frozenset(only_from), at=at)}

    begin = _with_value_to_come(move(MessageStatus.SENDING, MessageStatus.CLAIMED), "run", RUN)
    # On condition that the claim is still this one; or that this very run took it before and did not hear so.
    own = f"({begin['ConditionExpression']} AND #decided_at = :new_decided_at)"
    begin["ConditionExpression"] = f"{own} OR (#status = :new_status AND #run = {RUN})"
    sent = move(MessageStatus.SENT, MessageStatus.SENDING, MessageStatus.UNCONFIRMED)
    return SendingRow(
        begin=begin,
        sent=_with_value_to_come(sent, "provider_id", PROVIDER_ID),
        released=move(MessageStatus.RELEASED, MessageStatus.SENDING),
    )


def _with_value_to_come(move: dict[str, Any], attribute: str, value: str) -> dict[str, Any]:
    """The move, which also sets an attribute to what whoever makes it adds under this name to its values."""
    return {
        **move,
        "UpdateExpression": f"{move['UpdateExpression']}, #{attribute} = {value}",
        "ExpressionAttributeNames": {**move["ExpressionAttributeNames"], f"#{attribute}": attribute},
    }


def moving(
    key: FactKey,
    to: MessageStatus,
    *,
    only_from: frozenset[MessageStatus],
    at: datetime,
    provider_id: str = "",
    reason: str = "",
) -> dict[str, Any]:
    """The `UpdateItem` of a move, but for the table."""
    new = to_item(
        {"status": to.value, "decided_at": written(at), "provider_id": provider_id, "reason": reason}
    )
    names, values = _standing_in(only_from)
    return {
        "Key": keys.fact(key),
        "UpdateExpression": "SET " + ", ".join(f"#{name} = :new_{name}" for name in new),
        "ConditionExpression": f"#status IN ({', '.join(values)})",
        "ExpressionAttributeNames": {**names, **{f"#{name}": name for name in new}},
        "ExpressionAttributeValues": {**values, **{f":new_{name}": value for name, value in new.items()}},
    }


def _standing_in(statuses: frozenset[MessageStatus]) -> tuple[dict[str, str], dict[str, Any]]:
    values = {f":{status.value}": {"S": status.value} for status in sorted(statuses)}
    return {"#status": "status"}, values
