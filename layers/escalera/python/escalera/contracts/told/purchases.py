"""What happened to purchases, told once the state holds it."""

from typing import Annotated, Any, ClassVar

from pydantic import AwareDatetime, Field

from escalera.contracts.envelope import Amount, EscaleraEvent, SalesChannelName


class PurchaseRecordedV1(EscaleraEvent):
    """An order is in the books for the first time."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "PurchaseRecorded-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "order_id": "5001",
        "total": {"amount": 4590, "currency": "EUR"},
        "placed_at": "2025-11-03T17:12:44Z",
        "order_number": 1,
        "channel": "web",
    }

    order_id: str
    total: Amount
    placed_at: AwareDatetime
    order_number: int
    channel: Annotated[SalesChannelName | None, Field(description="Where it was bought")] = None


class RefundRecordedV1(EscaleraEvent):
    """A refund is in the books for the first time."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "RefundRecorded-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "order_id": "5001",
        "refund_id": "77",
        "amount": {"amount": 4590, "currency": "EUR"},
        "channel": "counter",
    }

    order_id: str
    refund_id: str
    amount: Amount
    channel: Annotated[
        SalesChannelName | None, Field(description="Where it was given back; absent where nobody told")
    ] = None


class DeliveryRecordedV1(EscaleraEvent):
    """We know that an order arrived."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "DeliveryRecorded-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "order_id": "5001",
        "delivered_at": "2025-11-06T13:20:00Z",
    }

    order_id: str
    delivered_at: AwareDatetime
