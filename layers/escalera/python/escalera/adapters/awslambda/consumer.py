"""Hands dead letters to the function that they were meant for, and learns at once whether it handled them."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from escalera.domain.errors import RetryableError
from escalera.ports.dead_letters import DeadLetter

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

Connect = Callable[[str, Mapping[str, Any]], Any]

# One attempt: whoever does not answer is asked again by the next run. A function behind a queue ends within 30 seconds.
CLIENT_SETTINGS: Mapping[str, Any] = {
    "connect_timeout": 2,
    "read_timeout": 40,
    "retries": {"mode": "standard", "total_max_attempts": 1},
}
CALLED_BY_LAMBDA = "RequestID"
"""Lambda writes this beside the event of an asynchronous call that failed: the body is the whole event, not a record."""


class LambdaConsumer:
    """A `DeadLetterConsumer`: the function of this name, fed as its queue feeds it."""

    def __init__(self, function: str, connect: Connect) -> None:
        self._function = function
        self._connect = connect

    @cached_property
    def client(self) -> "LambdaClient":
        """The low-level client, made when first needed."""
        client: LambdaClient = self._connect("lambda", CLIENT_SETTINGS)
        return client

    def handle(self, letters: Sequence[DeadLetter]) -> Mapping[str, str]:
        """Handle these by one call, and by one more for each event of an asynchronous call."""
        failed: dict[str, str] = {}
        records = [letter for letter in letters if CALLED_BY_LAMBDA not in letter.attributes]
        for letter in letters:
            if CALLED_BY_LAMBDA in letter.attributes:
                failed |= self._failed([letter], letter.body)
        if records:
            failed |= self._failed(records, json.dumps({"Records": [_record(letter) for letter in records]}))
        return failed

    def _failed(self, letters: Sequence[DeadLetter], payload: str) -> dict[str, str]:
        """Call the function for these; why it failed, by the id of each that it did not handle."""
        try:
            called = self.client.invoke(FunctionName=self._function, Payload=payload)
            answer = json.loads(called["Payload"].read())
        except (RetryableError, BotoCoreError, ClientError, ValueError) as error:
            return dict.fromkeys((letter.id for letter in letters), f"not called: {type(error).__name__}")
        if called.get("FunctionError") or not isinstance(answer, dict):
            # Its message is not repeated: it may hold what came in the event.
            kind = answer.get("errorType") if isinstance(answer, dict) else "no answer"
            return dict.fromkeys((letter.id for letter in letters), f"failed: {kind}")
        left = (one["itemIdentifier"] for one in answer.get("batchItemFailures", ()))
        return dict.fromkeys(left, "left for later: its log says why")


def _record(letter: DeadLetter) -> dict[str, Any]:
    """As SQS hands it over, without a receipt: it is not the function that changes or deletes this message.

    As if it came for the first time: what fails again stays what it is, and is put among the dead letters no second time.
    """
    return {
        "messageId": letter.id,
        "body": letter.body,
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }
