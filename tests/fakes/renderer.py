"""A renderer whose texts say what they were made of."""

from collections.abc import Mapping
from html import escape
from typing import Any

from escalera.domain.vocabulary import Language, MessageChannel, MessageName
from escalera.ports.messages import RenderedMessage


class SpellingRenderer:
    """A `MessageRenderer`: the message's name, the language, the customer's name and the order, in every text."""

    def render(
        self, message: MessageName, channel: MessageChannel, language: Language, context: Mapping[str, Any]
    ) -> RenderedMessage:
        told = f"{message} in {language.value} to {context['customer']['name']}, order {context['order']['number']}"
        if channel is MessageChannel.SMS:
            return RenderedMessage(told)
        html = (
            '<!doctype html><html lang="en"><head><meta name="color-scheme" content="light dark"><title>Mail</title>'
            "<style>p{color:#123}@media (prefers-color-scheme: dark){p{color:#fed}}</style></head>"
            f"<body><p>{escape(told)}</p></body></html>"
        )
        return RenderedMessage(told, f"About {message}", html)

    def mentions(self, message: MessageName, channel: MessageChannel, language: Language, fact: str) -> bool:
        return fact.startswith(("customer", "order"))
