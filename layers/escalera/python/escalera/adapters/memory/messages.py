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
        if not self._ledger.begin(claimed):
            return None
        try:
            provider_id = self.provider.take(message)
        except (ChannelThrottledError, ChannelUnavailableError, MessageRefusedError):
            self._note(claimed, MessageStatus.RELEASED, MessageStatus.SENDING)
            raise
        in_doubt = (MessageStatus.SENDING, MessageStatus.UNCONFIRMED)
        self._note(claimed, MessageStatus.SENT, *in_doubt, provider_id=provider_id)
        return provider_id

    def _note(
        self, claimed: Message, to: MessageStatus, *only_from: MessageStatus, provider_id: str = ""
    ) -> None:
        at = claimed.decided_at
        self._ledger.move(claimed.key, to, only_from=frozenset(only_from), at=at, provider_id=provider_id)
