"""A dead-letter queue of SQS."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from escalera.ports.dead_letters import DeadLetter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

Connect = Callable[[str, Mapping[str, Any]], Any]

CLIENT_SETTINGS: Mapping[str, Any] = {
    "connect_timeout": 1,
    "read_timeout": 5,
    "retries": {"mode": "standard", "total_max_attempts": 3},
}
HIDDEN_SECONDS = 15 * 60
"""As long as Lambda lets a function run: nobody else receives a letter while it is being handled."""
_MOST_ENTRIES = 10
_EMPTY_ANSWERS = 3
"""An empty answer can be chance: a queue is many servers, and each answer asks some of them."""


class SqsDeadLetterQueue:
    """A `DeadLetterQueue` by its URL."""

    def __init__(self, url: str, connect: Connect) -> None:
        self._url = url
        self._connect = connect

    @cached_property
    def client(self) -> "SQSClient":
        """The low-level client, made when first needed."""
        client: SQSClient = self._connect("sqs", CLIENT_SETTINGS)
        return client

    def receive(self) -> Iterator[Sequence[DeadLetter]]:
        """Those that are visible, up to ten at a time as they are asked for."""
        empty, seen = 0, set[str]()
        while empty < _EMPTY_ANSWERS:
            answer = self.client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=_MOST_ENTRIES,
                VisibilityTimeout=HIDDEN_SECONDS,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["ApproximateReceiveCount"],
            )
            letters = [_letter(message) for message in answer.get("Messages", ())]
            new = [letter for letter in letters if letter.id not in seen]
            seen.update(letter.id for letter in new)
            empty = 0 if new else empty + 1
            if new:
                yield new

    def delete(self, letters: Sequence[DeadLetter]) -> None:
        """Delete these; one that could not be deleted is handled once more by a later run."""
        for some in _tens(letters):
            self.client.delete_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(place), "ReceiptHandle": letter.receipt} for place, letter in enumerate(some)
                ],
            )

    def release(self, letters: Sequence[DeadLetter]) -> None:
        """Show these again at once."""
        for some in _tens(letters):
            self.client.change_message_visibility_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(place), "ReceiptHandle": letter.receipt, "VisibilityTimeout": 0}
                    for place, letter in enumerate(some)
                ],
            )


def _tens(letters: Sequence[DeadLetter]) -> Iterator[Sequence[DeadLetter]]:
    for start in range(0, len(letters), _MOST_ENTRIES):
        yield letters[start : start + _MOST_ENTRIES]


def _letter(message: "MessageTypeDef") -> DeadLetter:
    attributes = message.get("MessageAttributes", {}).items()
    return DeadLetter(
        id=message["MessageId"],
        receipt=message["ReceiptHandle"],
        body=message["Body"],
        receives=int(message["Attributes"]["ApproximateReceiveCount"]),
        attributes={name: value.get("StringValue", "") for name, value in attributes},
    )
