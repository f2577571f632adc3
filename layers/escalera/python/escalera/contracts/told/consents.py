"""What the customer allows, as it stands now."""

from typing import Any, ClassVar

from escalera.contracts.envelope import ChannelName, EscaleraEvent, PurposeName


class ConsentGainedV1(EscaleraEvent):
    """The customer may be written to for this purpose on this channel."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "ConsentGained-0f3c2a",
        "version": 1,
        "occurred_at": "2026-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "purpose": "promotion",
        "for_channel": "email",
    }

    purpose: PurposeName
    for_channel: ChannelName


class ConsentLostV1(EscaleraEvent):
    """The customer may not be written to any more for this purpose on this channel."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "ConsentLost-0f3c2a",
        "version": 1,
        "occurred_at": "2026-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "purpose": "promotion",
        "for_channel": "email",
    }

    purpose: PurposeName
    for_channel: ChannelName


class ChannelSuppressedV1(EscaleraEvent):
    """A channel is closed: a hard bounce, a spam complaint, a STOP."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "ChannelSuppressed-0f3c2a",
        "version": 1,
        "occurred_at": "2026-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "for_channel": "email",
        "reason": "hard_bounce",
    }

    for_channel: ChannelName
    reason: str
