"""Changes packed into few transactions, each change whole or not at all."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from escalera.adapters.dynamodb.attributes import Item
from escalera.adapters.dynamodb.records import UNTOLD, customer_record, fact_record
from escalera.adapters.dynamodb.table import Table, code_of, is_throttle
from escalera.domain.errors import RetryableError
from escalera.domain.facts import UNSENT, FactKey
from escalera.ports.customers import Change, Saved, SaveOutcome, When

ACTIONS_PER_TRANSACTION = 100

ABSENT = {"ConditionExpression": "attribute_not_exists(pk)"}
_UNSENT_VALUES = {f":{status.value}": {"S": status.value} for status in sorted(UNSENT)}
NOTHING_LEFT = {
    "ConditionExpression": f"attribute_not_exists(pk) OR #status IN ({', '.join(_UNSENT_VALUES)})",
    "ExpressionAttributeNames": {"#status": "status"},
    "ExpressionAttributeValues": _UNSENT_VALUES,
}
_CONDITIONS: Mapping[When, Mapping[str, Any]] = {
    When.ABSENT: ABSENT,
    When.ALWAYS: {},
    When.UNSENT: NOTHING_LEFT,
}


@dataclass(frozen=True, slots=True)
class Packet:
    """A change as the actions of a transaction: first the customer, then the facts."""

    index: int
    actions: tuple[Mapping[str, Any], ...]
    facts: tuple[FactKey, ...]

    @property
    def places(self) -> frozenset[tuple[str, str]]:
        """The records it writes: a transaction takes each only once."""
        written = (action["Put"]["Item"] for action in self.actions)
        return frozenset((item["pk"]["S"], item["sk"]["S"]) for item in written)

    def judge(self, reasons: Sequence[Mapping[str, Any]]) -> Saved | None:
        """What the reasons of a cancelled transaction say of this change; None: it was not to blame."""
        codes = [str(reason.get("Code") or "None") for reason in reasons]
        failed = [code == "ConditionalCheckFailed" for code in codes]
        if failed[0] or "TransactionConflict" in codes:
            return Saved(SaveOutcome.STALE)
        taken = frozenset(key for key, lost in zip(self.facts, failed[1:], strict=False) if lost)
        return Saved(SaveOutcome.TAKEN, taken) if taken else None


def save(table: Table, changes: Sequence[Change]) -> list[Saved]:
    """Write the changes; the answers come in their order.

    The adapter's half of a bargain: StoreBusyError is raised only while nothing at all was written. Once something
    was, what the table does not take is answered as STALE: to be read and decided again, written or not.
    """
    left = [packed(index, change, table.name) for index, change in enumerate(changes)]
    answers: dict[int, Saved] = {}
    attempt = 0
    while left:
        batch = next(batches(left))
        try:
            decided = _commit(table, batch)
            if not decided:
                attempt += 1
                table.pause(attempt)
        except RetryableError:
            if not any(answer.outcome is SaveOutcome.SAVED for answer in answers.values()):
                raise
            decided = {packet.index: Saved(SaveOutcome.STALE) for packet in left}
        answers |= decided
        left = [packet for packet in left if packet.index not in answers]
    return [answers[index] for index in range(len(changes))]


def packed(index: int, change: Change, table: str) -> Packet:
    """The actions of one change."""
    version = change.before.version
    record = customer_record(change.after)
    record["version"] = {"N": str(version + 1)}
    guard = ABSENT if version == 0 else version_is(version)
    mark = {} if change.told else {UNTOLD: {"BOOL": True}}
    actions = [
        _put(table, record | mark, guard),
        *(_put(table, fact_record(write.fact) | mark, _CONDITIONS[write.when]) for write in change.writes),
    ]
    if len(actions) > ACTIONS_PER_TRANSACTION:
        message = f"a change of {len(actions)} writes: DynamoDB takes {ACTIONS_PER_TRANSACTION} at once, so decide less at a time"
        raise ValueError(message)
    return Packet(index, tuple(actions), tuple(write.fact.key for write in change.writes))


def batches(packets: Iterable[Packet]) -> Iterator[list[Packet]]:
    """Packets in order, as many together as a transaction takes; none is split, none writes another's record."""
    batch: list[Packet] = []
    places: frozenset[tuple[str, str]] = frozenset()
    for packet in packets:
        full = sum(len(one.actions) for one in batch) + len(packet.actions) > ACTIONS_PER_TRANSACTION
        if batch and (full or places & packet.places):
            yield batch
            batch, places = [], frozenset()
        batch.append(packet)
        places |= packet.places
    if batch:
        yield batch


def _commit(table: Table, batch: Sequence[Packet]) -> dict[int, Saved]:
    """Try to write the batch: what is decided after it. Empty when only throttling stood in the way."""
    actions: list[Any] = [action for packet in batch for action in packet.actions]
    request = {"TransactItems": actions, "ClientRequestToken": str(uuid.uuid4())}
    try:
        table.busy(lambda asked: table.client.transact_write_items(**asked), request)
    except ClientError as error:
        if code_of(error) != "TransactionCanceledException":
            raise
        reasons: Any = error.response.get("CancellationReasons")
        decided = _judged(batch, reasons or ())
        if not decided and not any(is_throttle(str(reason.get("Code"))) for reason in reasons or ()):
            raise
        return decided
    return {packet.index: Saved(SaveOutcome.SAVED) for packet in batch}


def _judged(batch: Sequence[Packet], reasons: Sequence[Mapping[str, Any]]) -> dict[int, Saved]:
    decided: dict[int, Saved] = {}
    start = 0
    for packet in batch:
        own = reasons[start : start + len(packet.actions)]
        start += len(packet.actions)
        if own and (verdict := packet.judge(own)):
            decided[packet.index] = verdict
    return decided


def _put(table: str, record: Item, condition: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"Put": {"TableName": table, "Item": record, **condition}}


def version_is(version: int) -> Mapping[str, Any]:
    """On condition that the record is still at this version."""
    return {
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": {"N": str(version)}},
    }
