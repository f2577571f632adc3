"""An outbox instead of a provider."""

from threading import Lock
from typing import Protocol

from escalera.adapters.memory.ledger import InMemoryMessageLedger
from escalera.domain.errors import ChannelThrottledError, ChannelUnavailableError, MessageRefusedError
from escalera.domain.facts import Message, MessageStatus
from escalera.ports.messages import OutgoingMessage


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

    def __init__(self, ledger: InMemoryMessageLedger, prefix: str = "memory") -> None:
        self.provider: Provider = InMemoryProvider(prefix)
        self._ledger = ledger

    @property
    def sent(self) -> list[OutgoingMessage]:
        """All that the provider took."""
        return self.provider.taken

    def send(self, message: OutgoingMessage, *, claimed: Message | None) -> str | None:
        """Hand it to the provider, if its claim still stands."""
        if claimed is None:
            return self.provider.take(message)
        if not self._move(claimed, MessageStatus.CLAIMED, MessageStatus.SENDING):
            return None
        try:
            provider_id = self.provider.take(message)
        except (ChannelThrottledError, ChannelUnavailableError, MessageRefusedError):
            self._move(claimed, MessageStatus.SENDING, MessageStatus.RELEASED)
            raise
        self._move(claimed, MessageStatus.SENDING, MessageStatus.SENT, provider_id)
        return provider_id

    def _move(self, claimed: Message, old: MessageStatus, new: MessageStatus, provider_id: str = "") -> bool:
        at, only_from = claimed.decided_at, frozenset({old})
        return self._ledger.move(claimed.key, new, only_from=only_from, at=at, provider_id=provider_id)
