"""How a function follows the table's stream: in order, and past a change that nobody can read or handle.

Lambda hands on a stream in order and brings a batch again from the first record that failed. One record that fails for
good would hold up everybody behind it, so it is put into the dead-letter queue as it came, with the reason.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from escalera.domain.errors import RetryableError
from escalera.runtime.dead_letters import send_to_dead_letters, unexpected_reason
from escalera.runtime.observability import logger

C = TypeVar("C")
Record = Mapping[str, Any]

HANDLED_FOR = timedelta(minutes=5)
"""A change that fails by an unexpected error is tried for so long since it was written, and then put aside."""
REDRIVEN = "redriven"
"""Marks a record that an operator puts back: it is in the dead letters already, so a failure is answered, not put aside."""
_LARGEST_BODY = 250_000
"""Bytes: a queue takes 256 KiB. The two images of one change may be 800 KB."""


@dataclass(frozen=True, slots=True)
class _Change(Generic[C]):
    record: Record
    change: C


def process_stream(
    records: Sequence[Record],
    *,
    read: Callable[[Record], C],
    handle: Callable[[Sequence[C]], int],
    dead_letters: str,
    now: datetime,
) -> dict[str, list[dict[str, str]]]:
    """Handle the changes in order; the answer names the first record to bring again, and all after it.

    `read` understands the `dynamodb` part of a record; `handle` takes changes and says how many, from the first on, were
    handled. `dead_letters`: the URL of the queue for records that cannot be read, and for those that still fail by an
    unexpected error after `HANDLED_FOR`.
    """
    readable: list[_Change[C]] = []
    unreadable: list[tuple[Record, Exception]] = []
    for record in records:
        try:
            readable.append(_Change(record, read(record["dynamodb"])))
        except ImportError:
            raise  # the release is broken, not the record
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this record's own
            unreadable.append((record, error))
    done = _handled(readable, handle, dead_letters, now)
    left = {_number(one.record) for one in readable[done:]}
    first = min(left, default=None)
    for record, wrong in unreadable:
        if (first is None or _number(record) < first) and _put_aside(record, wrong, dead_letters):
            first = _number(record)
    failed = [one for one in records if first is not None and _number(one) >= first]
    if failed:
        logger().warning("changes left to the stream", left=len(failed), of=len(records))
    return {"batchItemFailures": [{"itemIdentifier": one["dynamodb"]["SequenceNumber"]} for one in failed]}


def _handled(
    changes: Sequence[_Change[C]], handle: Callable[[Sequence[C]], int], dead_letters: str, now: datetime
) -> int:
    """How many, from the first on, need not come again. An unexpected error is followed down to its change by halves."""
    if not changes:
        return 0
    try:
        return handle([one.change for one in changes])
    except RetryableError as error:
        logger().warning("stream batch cannot be handled now", error=type(error).__name__, why=str(error))
        return 0
    except Exception as error:  # noqa: BLE001 - one change must not hold up the others
        logger().exception("stream batch failed", size=len(changes))
        if len(changes) == 1:
            return int(_given_up(changes[0].record, error, dead_letters, now))
    half = len(changes) // 2
    done = _handled(changes[:half], handle, dead_letters, now)
    return done if done < half else half + _handled(changes[half:], handle, dead_letters, now)


def _given_up(record: Record, error: Exception, dead_letters: str, now: datetime) -> bool:
    written_at = datetime.fromtimestamp(record["dynamodb"].get("ApproximateCreationDateTime", 0), UTC)
    return now - written_at >= HANDLED_FOR and _put_aside(record, error, dead_letters) is None


def _put_aside(record: Record, error: Exception, dead_letters: str) -> Exception | None:
    """Put the record into the queue as Lambda would hand it on again; the answer is why it could not be, if so."""
    if record.get(REDRIVEN):
        return error
    reason = unexpected_reason(error)
    body = json.dumps({"Records": [record]}, ensure_ascii=False)
    if len(body.encode()) > _LARGEST_BODY:
        images = {"NewImage", "OldImage"}
        keys = {name: part for name, part in record["dynamodb"].items() if name not in images}
        body = json.dumps({"Records": [{**record, "dynamodb": keys}]}, ensure_ascii=False)
        reason += "; its images are too large for a queue: the stream has them for 24 hours"
    return send_to_dead_letters(dead_letters, body, reason)


def _number(record: Record) -> int:
    return int(record["dynamodb"]["SequenceNumber"])
