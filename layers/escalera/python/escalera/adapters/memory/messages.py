"""An outbox instead of a provider."""

from threading import Lock

from escalera.ports.messages import OutgoingMessage


class InMemoryMessageSender:
    """A `MessageSender` that keeps every message in `sent`, twice if it was sent twice: that is what tests look for."""

    def __init__(self, prefix: str = "memory") -> None:
        self.sent: list[OutgoingMessage] = []
        self._prefix = prefix
        self._lock = Lock()

    def make_ready(self) -> None:
        """There is nothing to make."""

    def send(self, message: OutgoingMessage) -> str:
        """Take it; the id counts up."""
        with self._lock:
            self.sent.append(message)
            return f"{self._prefix}-{len(self.sent)}"
