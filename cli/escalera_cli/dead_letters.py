"""Events that could not be handled: reading them, and putting mended ones back so that none is ever lost."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from escalera_cli.verdicts import is_of_a_shop, problems_with, title

NOTED = "DDBStreamBatchInfo"
"""Under this name Lambda writes which part of a stream it gave up; the changes themselves are not in it."""
_HIDDEN_SECONDS = 30
_EMPTY_ANSWERS = 3
"""An empty answer of a queue can be chance: a queue is many machines, and each answer asks some of them."""


@dataclass(frozen=True)
class DeadLetter:
    """One message of a queue of dead letters."""

    id: str
    receipt: str
    body: str
    reason: str
    first_sent: datetime
    attributes: Mapping[str, Any]

    @property
    def event(self) -> Any:
        """The event in it; the bare text where it is no JSON."""
        return _event(self.body)

    def plain(self) -> dict[str, Any]:
        """As `--json` prints it and `--file` reads it."""
        return {
            "id": self.id,
            "reason": self.reason,
            "sent": self.first_sent.isoformat(),
            "event": self.event,
        }

    def __str__(self) -> str:
        return f"{self.id}  {self.first_sent:%Y-%m-%d %H:%M}  {_title(self.event)}\n    {self.reason}"


Back = Callable[[DeadLetter, str], object]
"""Takes a dead letter, and its body as it now is, to where it was to go; StaysError where that cannot be."""


class StaysError(Exception):
    """This one cannot go back and stays where it is; the others may go."""


class DeadLetterQueue:
    """The dead letters of one function, or part, and the way back for them if there is one."""

    def __init__(self, client: Any, queue: str, back: Back | None, *, shops_only: bool = False) -> None:
        """`shops_only`: whatever is in it should have been a shop's event."""
        self._client = client
        self._queue = queue
        self._back = back
        self._shops_only = shops_only

    def read(self) -> list[DeadLetter]:
        """All there are; each stays in the queue, and is hidden from others for half a minute."""
        found: dict[str, DeadLetter] = {}
        empty = 0
        while empty < _EMPTY_ANSWERS:
            letters = list(self._receive())
            new = [letter for letter in letters if letter.id not in found]
            empty = 0 if new else empty + 1
            found.update((letter.id, letter) for letter in new)
        return sorted(found.values(), key=lambda letter: letter.first_sent)

    def release(self, letters: Sequence[DeadLetter]) -> None:
        """Let others see these at once."""
        for letter in letters:
            self._client.change_message_visibility(
                QueueUrl=self._queue, ReceiptHandle=letter.receipt, VisibilityTimeout=0
            )

    def put_back(self, letter: DeadLetter, body: str) -> None:
        """Put an event back where it came from; only once it is there is the dead letter deleted.

        Cut short in between, the event is there twice: what was recorded once is not recorded again.
        """
        if self._back is None:
            message = "there is no way back for these dead letters"
            raise ValueError(message)
        self._back(letter, body)
        self._client.delete_message(QueueUrl=self._queue, ReceiptHandle=letter.receipt)

    def _receive(self) -> Iterator[DeadLetter]:
        answer = self._client.receive_message(
            QueueUrl=self._queue,
            MaxNumberOfMessages=10,
            VisibilityTimeout=_HIDDEN_SECONDS,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["SentTimestamp"],
        )
        for message in answer.get("Messages", ()):
            told = {
                name: one.get("StringValue", "") for name, one in message.get("MessageAttributes", {}).items()
            }
            sent = int(message.get("Attributes", {}).get("SentTimestamp", 0)) / 1000
            yield DeadLetter(
                id=message["MessageId"],
                receipt=message["ReceiptHandle"],
                body=message["Body"],
                reason=_reason(told, message["Body"], shops_only=self._shops_only),
                first_sent=datetime.fromtimestamp(sent, UTC),
                attributes=told,
            )


def still_wrong(event: Any, now: datetime) -> list[str]:
    """Why the stack would still refuse a corrected event; Escalera's own and AWS's events are not judged."""
    source = event.get("source") if isinstance(event, dict) else None
    judged = not (isinstance(source, str) and (source == "escalera" or source.startswith("aws.")))
    return [str(one) for one in problems_with(event, now)] if judged else []


def _reason(told: Mapping[str, str], body: str, *, shops_only: bool) -> str:
    """The handler's own word; or EventBridge's or Lambda's, who put their errors into attributes; or the contract's.

    Where nobody says anything against it, SQS put it there after the last of its failures.
    """
    if told.get("reason"):
        return told["reason"]
    named = [
        told[name] for name in ("ERROR_CODE", "ErrorCode", "ERROR_MESSAGE", "ErrorMessage") if told.get(name)
    ]
    if named:
        return ": ".join(named)
    event = _event(body)
    if isinstance(event, dict) and NOTED in event:
        return str(event.get("requestContext", {}).get("condition", "given up"))
    judged = shops_only or is_of_a_shop(event)
    problems = problems_with(event, datetime.now(UTC)) if judged else []
    return "; ".join(map(str, problems)) or "failed again and again: the function's log says how"


def _title(event: Any) -> str:
    if isinstance(event, dict) and isinstance(event.get("Records"), list):
        numbers = [str(one.get("dynamodb", {}).get("SequenceNumber")) for one in event["Records"]]
        return f"change {', '.join(numbers)} of the table"
    if not isinstance(event, dict) or NOTED not in event:
        return title(event)
    noted = event[NOTED]
    return f"{noted.get('batchSize')} changes, the first of {noted.get('approximateArrivalOfFirstRecord')}"


def _event(body: str) -> Any:
    try:
        return json.loads(body)
    except json.JSONDecodeError:
        return body
