"""Dead-letter queues, and whoever can still handle what lies in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message of a dead-letter queue."""

    id: str
    receipt: str = field(repr=False)
    body: str = field(repr=False)
    receives: int
    attributes: Mapping[str, str] = field(default_factory=dict, repr=False)


class DeadLetterQueue(Protocol):
    """One queue. RetryableError or the provider's own error when it cannot be asked."""

    def receive(self) -> Iterator[Sequence[DeadLetter]]:
        """Those that are visible, some at a time, each once; all of them are hidden until `delete` or `release`.

        Whoever takes some takes care of each: one that is neither deleted nor released is hidden for a quarter of an hour.
        """

    def delete(self, letters: Sequence[DeadLetter]) -> None:
        """Delete these for good."""

    def release(self, letters: Sequence[DeadLetter]) -> None:
        """Show these again at once."""


class DeadLetterConsumer(Protocol):
    """Handles dead letters as if they came for the first time; each may come more than once."""

    def handle(self, letters: Sequence[DeadLetter]) -> Mapping[str, str]:
        """Handle these; the answer is, by the id of each that failed, why. Those not in it are done.

        Never raises for what a later try may get past.
        """
