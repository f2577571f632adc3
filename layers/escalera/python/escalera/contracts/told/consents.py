"""What the customer allows, as it stands now."""

from typing import Any, ClassVar

from pydantic import AwareDatetime

from escalera.contracts.envelope import ChannelName, EscaleraEvent, PurposeName


class ConsentGainedV1(EscaleraEvent):
    """The customer may be written to for this purpose on this channel."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "ConsentGained-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
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
        "occurred_at": "2025-11-20T16:00:00Z",
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
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "for_channel": "email",
        "reason": "hard_bounce",
    }

    for_channel: ChannelName
    reason: str


class ChannelReopenedV1(EscaleraEvent):
    """A channel that was closed by a STOP is open again: the customer said so."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "ChannelReopened-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "for_channel": "sms",
    }

    for_channel: ChannelName


class PreferencesChangedV1(EscaleraEvent):
    """The customer wishes to hear less, of other things, or nothing for a while: all their wishes, as they stand now."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "PreferencesChanged-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "paused_until": "2025-12-20T16:00:00Z",
        "most_messages": 1,
        "within_days": 30,
        "unwanted_subjects": ["ideas"],
    }

    paused_until: AwareDatetime | None = None
    most_messages: int | None = None
    """At most so many ..."""
    within_days: int | None = None
    """... in so many days; absent: in the time the shop's programme says."""
    unwanted_subjects: tuple[str, ...] = ()
