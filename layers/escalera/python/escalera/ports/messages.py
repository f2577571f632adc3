"""How a message leaves the house."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from escalera.domain.vocabulary import Language, MessageChannel, MessageKey, MessageName


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """Texts ready to send. E-mail has all three; a text message has `text` alone."""

    text: str
    subject: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A rendered message on its way to one address. `tags` come back with the provider's feedback."""

    key: MessageKey
    to: str
    content: RenderedMessage
    tags: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class MessageSender(Protocol):
    """Hands a message to a provider, once: it never retries by itself, for a retry after an unclear answer may double.

    Errors: `ChannelThrottledError` and `ChannelUnavailableError` when the provider surely did not take it,
    `MessageRefusedError` when it never will; anything else leaves it unclear whether it was taken.
    """

    def make_ready(self) -> None:
        """Do now what can be done before there is a message, so that `send` has little left to die in."""

    def send(self, message: OutgoingMessage) -> str:
        """Send; the answer is the provider's id."""


class MessageRenderer(Protocol):
    """Turns a message of the programme into texts."""

    def render(
        self, message: MessageName, channel: MessageChannel, language: Language, context: Mapping[str, Any]
    ) -> RenderedMessage:
        """Render; a variable that is missing is an error (`PermanentError`), never a gap in the text."""

    def mentions(self, message: MessageName, channel: MessageChannel, language: Language, fact: str) -> bool:
        """Whether a text of this message names this fact: facts that cost a read are fetched only then."""
