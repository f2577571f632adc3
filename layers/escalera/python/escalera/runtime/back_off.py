"""How long an event waits for its next try when what it needs is not there: longer each time, up to a bound."""

import random
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from escalera.runtime.clients import connect
from escalera.runtime.observability import logger

CLIENT_SETTINGS: Mapping[str, Any] = {
    "connect_timeout": 1,
    "read_timeout": 2,
    "retries": {"mode": "standard", "total_max_attempts": 2},
}
FIRST_SECONDS = 15
LONGEST_SECONDS = 15 * 60
"""Events come back so soon after the trouble is over. The infrastructure tests check this against the queue's retention."""
_MOST_ENTRIES = 10
"""ChangeMessageVisibilityBatch takes no more."""


def back_off(records: Sequence[Mapping[str, Any]], *, beside: str) -> None:
    """Hide records of an SQS batch from their queue until their next try; `beside` is the URL of another queue of the stack.

    Where that fails, the queue's own visibility timeout is the pause. A record without a receipt came from no queue.
    """
    received = [record for record in records if record.get("receiptHandle")]
    for start in range(0, len(received), _MOST_ENTRIES):
        try:
            _hide(received[start : start + _MOST_ENTRIES], beside)
        except Exception as error:  # noqa: BLE001 - the queue brings them again anyway
            logger().warning("visibility not changed", error=type(error).__name__)
            return


def delay_seconds(receives: int) -> int:
    """The pause after so many receives: doubled each time, and a random half of it, so that not all come back at once."""
    # The exponent has a bound of its own: 2**500 would be computed only to be thrown away.
    longest = min(FIRST_SECONDS * 2 ** min(receives - 1, 10), LONGEST_SECONDS)
    return round(random.uniform(longest / 2, longest))  # noqa: S311 - spreads load, guards nothing


def _hide(records: Sequence[Mapping[str, Any]], beside: str) -> None:
    queue = f"{beside.rpartition('/')[0]}/{records[0]['eventSourceARN'].rpartition(':')[2]}"
    entries = [
        {
            "Id": str(place),
            "ReceiptHandle": record["receiptHandle"],
            "VisibilityTimeout": delay_seconds(int(record["attributes"]["ApproximateReceiveCount"])),
        }
        for place, record in enumerate(records)
    ]
    answer = _queues().change_message_visibility_batch(QueueUrl=queue, Entries=entries)
    if failed := answer.get("Failed"):
        logger().warning("visibility not changed", count=len(failed), error=failed[0]["Code"])


@cache
def _queues() -> Any:
    return connect("sqs", CLIENT_SETTINGS)
