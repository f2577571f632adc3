"""What a customer brings, and the groups they belong to."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, Field

from escalera.contracts.envelope import EscaleraEvent

ClassName = Literal["A", "B", "C"]


class ClassChangedV1(EscaleraEvent):
    """The customer's class changed: by night, or at once with a purchase or refund (doctrine L9)."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "ClassChanged-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "from_class": "B",
        "to_class": "A",
    }

    from_class: Annotated[ClassName | None, Field(description="Not there when this is their first class")] = (
        None
    )
    to_class: ClassName


class GroupJoinedV1(EscaleraEvent):
    """The nightly score found the customer in a group of the programme (doctrine P4a-P4f, P5e)."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "GroupJoined-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T02:00:00Z",
        "customer_id": "c-1001",
        "group": "volume-down",
        "reason": "brings at least 50 % less than in the 365 days before",
        "figures": "410.00 EUR after 1,020.00 EUR",
    }

    group: Annotated[str, Field(description="Its name in programme.yaml")]
    reason: Annotated[str, Field(description="Why, in words that stay the same as long as the reason does")]
    figures: Annotated[str, Field(description="The numbers of that night")] = ""


class GroupLeftV1(EscaleraEvent):
    """The customer belongs to a group no more."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "GroupLeft-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-24T02:00:00Z",
        "customer_id": "c-1001",
        "group": "volume-down",
        "joined_at": "2025-11-20T02:00:00Z",
    }

    group: Annotated[str, Field(description="Its name in programme.yaml when they joined")]
    joined_at: AwareDatetime
