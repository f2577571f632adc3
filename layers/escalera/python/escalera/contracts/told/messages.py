"""What was sent, and what was not, with the reason."""

from typing import Any, ClassVar

from escalera.contracts.envelope import ChannelName, EscaleraEvent, PurposeName

_EXAMPLE: dict[str, Any] = {
    "event_id": "MessageSent-0f3c2a",
    "version": 1,
    "occurred_at": "2025-11-20T16:00:00Z",
    "customer_id": "c-1001",
    "message_key": "m1",
    "message": "we-miss-you",
    "purpose": "relationship",
    "journey": "win-back",
    "entry_id": "e1",
    "step": "1-send-we-miss-you",
}


class _MessageEvent(EscaleraEvent):
    message_key: str
    message: str
    purpose: PurposeName
    journey: str
    entry_id: str
    step: str


class _SentMessageEvent(_MessageEvent):
    for_channel: ChannelName


class MessageSentV1(_SentMessageEvent):
    """The provider took a message."""

    EXAMPLE: ClassVar[dict[str, Any]] = {**_EXAMPLE, "for_channel": "email"}


class MessageWithheldV1(_MessageEvent):
    """A message was considered and not sent; `reason` names the rule."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        **_EXAMPLE,
        "event_id": "MessageWithheld-1",
        "reason": "open_complaint",
    }

    for_channel: ChannelName | None = None
    reason: str


class MessageDeliveredV1(_SentMessageEvent):
    """The provider says that the message arrived."""

    EXAMPLE: ClassVar[dict[str, Any]] = {**_EXAMPLE, "event_id": "MessageDelivered-1", "for_channel": "email"}


class MessageBouncedV1(_SentMessageEvent):
    """The message came back, or the provider would not take it."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        **_EXAMPLE,
        "event_id": "MessageBounced-1",
        "for_channel": "email",
        "reason": "Permanent/General",
    }

    reason: str = ""


class MessageUnconfirmedV1(_SentMessageEvent):
    """Nobody can tell whether a message went out: it was about to, and no word came. It is not sent again."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        **_EXAMPLE,
        "event_id": "MessageUnconfirmed-1",
        "for_channel": "email",
    }
