"""Complaints and promises."""

from typing import Annotated, Any, ClassVar

from pydantic import AwareDatetime, Field

from escalera.contracts.envelope import EscaleraEvent, SalesChannelName

NO_LONGER_PUBLISHED = "In older events only: a customer's own words are no longer published"


class ComplaintOpenedV1(EscaleraEvent):
    """A complaint is open: nothing is sold to this customer now (doctrine L10). Its words stay in the table."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "ComplaintOpened-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "complaint_id": "31",
        "raised_at": "2025-11-07T08:45:00Z",
        "order_id": "5001",
        "channel": "phone",
    }

    complaint_id: str
    raised_at: AwareDatetime
    order_id: str | None = None
    subject: Annotated[str, Field(description=NO_LONGER_PUBLISHED)] = ""
    channel: Annotated[
        SalesChannelName | None, Field(description="Where the customer complained; absent where nobody told")
    ] = None


class ComplaintAnswerRecordedV1(EscaleraEvent):
    """Somebody answered a complaint."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "ComplaintAnswerRecorded-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "complaint_id": "31",
        "answered_at": "2025-11-07T11:10:00Z",
    }

    complaint_id: str
    answered_at: AwareDatetime


class ComplaintAnswerWrittenV1(EscaleraEvent):
    """Somebody of the shop wrote an answer to a complaint, to be sent to the customer; its text stays in the table."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "ComplaintAnswerWritten-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "complaint_id": "31",
        "answer_id": "a1",
        "written_at": "2025-11-20T16:00:00Z",
    }

    complaint_id: str
    answer_id: str
    written_at: AwareDatetime


class ComplaintClosedV1(EscaleraEvent):
    """A complaint is solved."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "ComplaintClosed-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "complaint_id": "31",
        "resolved_at": "2025-11-10T10:05:00Z",
        "cause": "packaging",
    }

    complaint_id: str
    resolved_at: AwareDatetime
    cause: str = ""


class PromiseMadeV1(EscaleraEvent):
    """We said what we will do, and by when (doctrine E6)."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "PromiseMade-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "promise_id": "p1",
        "kind": "answer-complaint",
        "about": "31",
        "due_at": "2025-11-08T08:45:00Z",
    }

    promise_id: str
    kind: str
    about: str
    due_at: AwareDatetime


class PromiseKeptV1(EscaleraEvent):
    """It was done in time."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "PromiseKept-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "promise_id": "p1",
        "kind": "answer-complaint",
        "about": "31",
        "due_at": "2025-11-08T08:45:00Z",
        "kept_at": "2025-11-07T11:10:00Z",
    }

    promise_id: str
    kind: str
    about: str
    due_at: AwareDatetime
    kept_at: AwareDatetime


class PromiseBrokenV1(EscaleraEvent):
    """The time came and it was not done."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "PromiseBroken-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "promise_id": "p1",
        "kind": "answer-complaint",
        "about": "31",
        "due_at": "2025-11-08T08:45:00Z",
    }

    promise_id: str
    kind: str
    about: str
    due_at: AwareDatetime


class OpinionRecordedV1(EscaleraEvent):
    """The customer gave an order a score, or changed it: the last one counts (doctrine S9). A comment stays in the table."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "OpinionRecorded-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "order_id": "5001",
        "score": 5,
        "scored_at": "2025-11-20T16:00:00Z",
    }

    order_id: str
    score: int
    """From 1, very bad, to 5, very good."""
    scored_at: AwareDatetime
    comment: Annotated[str, Field(description=NO_LONGER_PUBLISHED)] = ""
