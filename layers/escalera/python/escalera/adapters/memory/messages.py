"""An outbox instead of a provider."""

from threading import Lock
from typing import Protocol

from escalera.ports.messages import Claim, OutgoingMessage


class Provider(Protocol):
    """Where a message ends up."""

    taken: list[OutgoingMessage]

    def take(self, message: OutgoingMessage) -> str:
        """Take it; the answer is its id."""


class InMemoryProvider:
    """Takes every message and keeps it in `taken`, twice if it was sent twice: that is what tests look for."""

    def __init__(self, prefix: str = "memory") -> None:
        self.taken: list[OutgoingMessage] = []
        self._prefix = prefix
        self._lock = Lock()

    def take(self, message: OutgoingMessage) -> str:
        """Keep it; the id counts up."""
        with self._lock:
            self.taken.append(message)
            return f"{self._prefix}-{len(self.taken)}"


class InMemoryMessageSender:
    """A `MessageSender` to a provider in memory, which may be exchanged for a failing one."""

    def __init__(self, prefix: str = "memory") -> None:
        self.provider: Provider = InMemoryProvider(prefix)

    @property
    def sent(self) -> list[OutgoingMessage]:
        """All that the provider took."""
        return self.provider.taken

    def send(self, message: OutgoingMessage, *, claim: Claim) -> str | None:
        """Hand it to the provider, if the claim is given."""
        return self.provider.take(message) if claim() else None
