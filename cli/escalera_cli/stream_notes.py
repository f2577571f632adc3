"""Changes of the table that publish_changes gave up: told by the function itself once more.

A change that the function could not read or handle lies there as it came. Of those for which it did not answer at all,
Lambda notes only which part of the stream they are: these are read from the stream again.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from botocore.exceptions import ClientError

from escalera_cli.dead_letters import NOTED, Back, DeadLetter, StaysError

_MOST_RECORDS = 100
_MOST_CHARACTERS = 2_000_000
"""Lambda takes 6 MB in a call, and a character may be three bytes of it."""
_EMPTY_PAGES = 100
"""A stream may answer with nothing although more follows; after so many, nothing does."""
_GONE = {"TrimmedDataAccessException", "ResourceNotFoundException"}


@dataclass(frozen=True)
class Note:
    """Which part of the table's stream was given up."""

    stream: str
    shard: str
    first: str
    last: str

    @classmethod
    def read(cls, body: str) -> Self:
        """From what Lambda wrote of the batch."""
        try:
            told = json.loads(body)[NOTED]
            return cls(
                told["streamArn"], told["shardId"], told["startSequenceNumber"], told["endSequenceNumber"]
            )
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            message = "it is no note of changes as Lambda writes it"
            raise StaysError(message) from error


def to_function(streams: Any, functions: Any, name: str) -> Back:
    """Through the function that gave up. Told twice, a change is known by its event's id and starts nothing twice."""
    from escalera.runtime.stream import REDRIVEN  # noqa: PLC0415 - loads what every function loads

    def tell(_: DeadLetter, body: str) -> None:
        records = records_in(body) or _records(streams, Note.read(body))
        for batch in _batches(records):
            _told(functions, name, [{**record, REDRIVEN: True} for record in batch])

    return tell


def records_in(body: str) -> list[dict[str, Any]]:
    """The records that were put aside as they came; none where the body is a note of Lambda's.

    StaysError for records whose images a queue could not hold.
    """
    try:
        records: list[dict[str, Any]] = json.loads(body)["Records"]
    except (json.JSONDecodeError, KeyError, TypeError):
        return []
    if any(not {"NewImage", "OldImage"} & set(record["dynamodb"]) for record in records):
        message = "it is only the key of a change too large for a queue: docs/how-to/mend-events.md says what is left"
        raise StaysError(message)
    return records


def _told(functions: Any, name: str, records: list[dict[str, Any]]) -> None:
    answer = functions.invoke(FunctionName=name, Payload=json.dumps({"Records": records}))
    said = json.loads(answer["Payload"].read() or b"null")
    if answer.get("FunctionError"):
        message = f"{name} failed again: {said.get('errorType', 'its log says how')}"
        raise StaysError(message)
    if left := said["batchItemFailures"]:
        message = f"{name} could not tell {len(left)} of {len(records)} changes: its log says why"
        raise StaysError(message)


def _records(streams: Any, note: Note) -> Iterator[dict[str, Any]]:
    """The noted changes, as Lambda hands them to a function."""
    try:
        place = streams.get_shard_iterator(
            StreamArn=note.stream,
            ShardId=note.shard,
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=note.first,
        )["ShardIterator"]
        yield from _read_on(streams, place, int(note.last))
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in _GONE:
            raise
        message = "the stream keeps changes for 24 hours, and these are gone: docs/how-to/mend-events.md says what is left"
        raise StaysError(message) from error


def _read_on(streams: Any, place: str | None, last: int) -> Iterator[dict[str, Any]]:
    empty = 0
    while place and empty < _EMPTY_PAGES:
        page = streams.get_records(ShardIterator=place, Limit=_MOST_RECORDS)
        for record in page["Records"]:
            at = int(record["dynamodb"]["SequenceNumber"])
            if at <= last:
                yield json.loads(json.dumps(record, default=_as_lambda_writes))
            if at >= last:
                return
        empty = 0 if page["Records"] else empty + 1
        place = page.get("NextShardIterator")
    message = "the stream ended before the last of its changes"
    raise StaysError(message)


def _batches(records: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    size = 0
    for record in records:
        length = len(json.dumps(record))
        if batch and (size + length > _MOST_CHARACTERS or len(batch) == _MOST_RECORDS):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += length
    if batch:
        yield batch


def _as_lambda_writes(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return str(value)
