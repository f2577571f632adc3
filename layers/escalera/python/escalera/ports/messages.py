"""How a message leaves the house."""

from collections.abc import Callable, Mapping
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


Claim = Callable[[], bool]
"""Whether a message may leave; asking is taking: what is given once is given to nobody else."""


class MessageSender(Protocol):
    """Hands a message to a provider, once: it never retries by itself, for a retry after an unclear answer may double.

    Errors: `ChannelThrottledError` and `ChannelUnavailableError` when the provider surely did not take it,
    `MessageRefusedError` when it never will; anything else, once the claim is given, leaves it unclear whether it was
    taken. What the claim raises is raised as it is, and nothing was sent then.
    """

    def send(self, message: OutgoingMessage, *, claim: Claim) -> str | None:
        """Send, if the claim is given; the answer is the provider's id, or None: not given, nothing sent.

        The claim is asked for once, at the last moment, when all is ready and only the provider's taking it is left:
        who dies after the claim leaves a message that is never sent. It is not asked for when an error comes before.
        """


class MessageRenderer(Protocol):
    """Turns a message of the programme into texts."""

    def render(
        self, message: MessageName, channel: MessageChannel, language: Language, context: Mapping[str, Any]
    ) -> RenderedMessage:
        """Render; a variable that is missing is an error (`PermanentError`), never a gap in the text."""

    def mentions(self, message: MessageName, channel: MessageChannel, language: Language, fact: str) -> bool:
        """Whether a text of this message names this fact: facts that cost a read are fetched only then."""
