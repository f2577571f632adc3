"""What went wrong, and what was done about it. The three events of a complaint may come in any order."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from escalera.contracts.envelope import Identifier, ShopEvent


class ComplaintRaisedV1(ShopEvent):
    """A customer complained, by whatever way."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "ticket-31-opened",
        "version": 1,
        "occurred_at": "2025-11-07T08:45:00Z",
        "channel": "phone",
        "customer_id": "c-1001",
        "complaint_id": "31",
        "order_id": "5001",
        "subject": "The lamp arrived broken",
        "text": "The shade has a crack along its side.",
    }

    complaint_id: Identifier
    order_id: Identifier | None = None
    subject: Annotated[str, Field(max_length=200)] = ""
    text: Annotated[str, Field(max_length=5000)] = ""


class ComplaintAnsweredV1(ShopEvent):
    """Somebody answered the customer: the clock of the promised answer stops."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "ticket-31-answered",
        "version": 1,
        "occurred_at": "2025-11-07T11:10:00Z",
        "channel": "phone",
        "customer_id": "c-1001",
        "complaint_id": "31",
        "answer": "A new shade is on its way.",
    }

    complaint_id: Identifier
    answer: Annotated[str, Field(max_length=5000)] = ""


class ComplaintResolvedV1(ShopEvent):
    """The complaint is solved; `cause` is the root cause the staff found."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "ticket-31-solved",
        "version": 1,
        "occurred_at": "2025-11-10T10:05:00Z",
        "channel": "phone",
        "customer_id": "c-1001",
        "complaint_id": "31",
        "cause": "packaging",
    }

    complaint_id: Identifier
    cause: Annotated[str, Field(max_length=200)] = ""
