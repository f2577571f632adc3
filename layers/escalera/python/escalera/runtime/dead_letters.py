"""Puts what can never be handled into a dead-letter queue, with the reason that an operator reads."""

import re
import traceback
from collections.abc import Mapping
from functools import cache
from pathlib import PurePath
from typing import Any

from escalera.runtime.clients import connect
from escalera.runtime.observability import logger, masked, metrics

CLIENT_SETTINGS: Mapping[str, Any] = {
    "connect_timeout": 1,
    "read_timeout": 5,
    "retries": {"mode": "standard", "total_max_attempts": 3},
}
REASON = "reason"
UNEXPECTED = "unexpected"
_LONGEST_REASON = 4000
_UNPRINTABLE = r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd]"  # compiled by the first dead letter: it takes its while


def send_to_dead_letters(queue: str, body: str, reason: str, *, unexpected: bool = False) -> Exception | None:
    """Put a body into the queue of this URL, as it came; the answer is why that failed, if it did.

    `unexpected`: the fault may be the code's, so that another release may handle it.
    """
    said = {REASON: re.sub(_UNPRINTABLE, " ", reason)[:_LONGEST_REASON]}
    if unexpected:
        said[UNEXPECTED] = "true"
    try:
        _queues().send_message(
            QueueUrl=queue,
            MessageBody=body,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in said.items()
            },
        )
    except Exception as trouble:  # noqa: BLE001 - whatever it is, the record must not be lost
        logger().exception("dead letter not put away")
        return trouble
    logger().warning("record put among the dead letters", reason=said[REASON])
    metrics().add_metric("DeadLetters", "Count", 1)
    return None


def reason_of(error: Exception) -> str:
    """The text of an error that says by itself what is wrong, without addresses."""
    return masked(str(error)) or type(error).__name__


def unexpected_reason(error: Exception) -> str:
    """Which error, and where in the code: its text is not quoted, for it may hold what came in the event."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"unexpected {type(error).__name__}{where}: no fault of the event's form"


@cache
def _queues() -> Any:
    return connect("sqs", CLIENT_SETTINGS)
