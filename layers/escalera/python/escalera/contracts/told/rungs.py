"""Where the customer stands: rungs of the ladder, silence and return."""

from typing import Any, ClassVar

from pydantic import AwareDatetime

from escalera.contracts.envelope import EscaleraEvent


class RungChangedV1(EscaleraEvent):
    """The customer stepped up or down the ladder of loyalty (doctrine R1-R7)."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "RungChanged-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "from_rung": "buyer",
        "to_rung": "customer",
        "reason": "bought_again",
    }

    from_rung: str
    to_rung: str
    reason: str


class CustomerWentQuietV1(EscaleraEvent):
    """The silence became unusual for this customer (doctrine S1)."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "CustomerWentQuiet-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "last_order_at": "2025-08-01T10:00:00Z",
        "silence_days": 94,
        "threshold_days": 93,
    }

    last_order_at: AwareDatetime
    silence_days: int
    threshold_days: int


class CustomerReturnedV1(EscaleraEvent):
    """A quiet customer bought again."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "CustomerReturned-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "quiet_since": "2025-11-03T04:00:00Z",
        "order_at": "2025-11-20T16:00:00Z",
    }

    quiet_since: AwareDatetime
    order_at: AwareDatetime
