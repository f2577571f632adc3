"""How a message leaves the house."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from escalera.domain.facts import Message
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

    It is not the caller who sends: a message that was handed over goes its way, even if its caller dies meanwhile.

    Errors: `ChannelThrottledError` and `ChannelUnavailableError` when the provider surely did not take it,
    `MessageRefusedError` when it never will; the row is `released` then, or still `claimed`. `HandoverUnclearError`, or
    anything else: it may have been taken.
    """

    def send(self, message: OutgoingMessage, *, claimed: Message | None) -> str | None:
        """Send it, if its claim still stands; the answer is the provider's id, or None: it does not, nothing was sent.

        `claimed`: its row as it was claimed. It becomes `sending` before the provider hears of it, and `sent` or
        `released` after. None for a message of no customer, which has no row.
        """


class MessageRenderer(Protocol):
    """Turns a message of the programme into texts."""

    def render(
        self, message: MessageName, channel: MessageChannel, language: Language, context: Mapping[str, Any]
    ) -> RenderedMessage:
        """Render; a variable that is missing is an error (`PermanentError`), never a gap in the text."""

    def mentions(self, message: MessageName, channel: MessageChannel, language: Language, fact: str) -> bool:
        """Whether a text of this message names this fact: facts that cost a read are fetched only then."""
