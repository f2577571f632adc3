"""What customers do about themselves on their own pages."""

from typing import Any, ClassVar, Literal

from pydantic import AwareDatetime

from escalera.contracts.envelope import ChannelName, EscaleraEvent


class ContactCorrectedV1(EscaleraEvent):
    """The customer mended what we know of them; which details, not what they are: the bus names nobody."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "ContactCorrected-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "corrected_at": "2025-11-20T16:00:00Z",
        "details": ["email", "phone"],
    }

    corrected_at: AwareDatetime
    details: tuple[Literal["given_name", "family_name", "email", "phone", "language"], ...]


class AddressChangeRequestedV1(EscaleraEvent):
    """The customer asked to be written to at another address: it is not theirs before it was confirmed from there."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "AddressChangeRequested-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "for_channel": "email",
        "requested_at": "2025-11-20T16:00:00Z",
    }

    for_channel: ChannelName
    requested_at: AwareDatetime


class AddressChangedV1(EscaleraEvent):
    """The customer confirmed another address from there; the former one is told, and can take the change back."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "AddressChanged-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "for_channel": "email",
        "changed_at": "2025-11-20T16:00:00Z",
    }

    for_channel: ChannelName
    changed_at: AwareDatetime


class OwnDataRequestedV1(EscaleraEvent):
    """The customer asked for the way to all that is known of them: a link goes to the address they gave us."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "OwnDataRequested-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "requested_at": "2025-11-20T16:00:00Z",
    }

    requested_at: AwareDatetime


class CustomerErasedV1(EscaleraEvent):
    """The customer asked to be forgotten: forget them, too, wherever you keep more than the law demands."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "CustomerErased-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "erased_at": "2025-11-20T16:00:00Z",
    }

    erased_at: AwareDatetime
