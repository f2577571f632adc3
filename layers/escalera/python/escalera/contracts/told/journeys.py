"""Who is in which journey, and what it asks of the staff."""

from typing import Any, ClassVar

from pydantic import AwareDatetime

from escalera.contracts.envelope import EscaleraEvent, OwnEvent


class JourneyEnteredV1(EscaleraEvent):
    """A customer entered a journey."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "JourneyEntered-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "journey": "win-back",
        "entry_id": "e1",
        "holdout": False,
    }

    journey: str
    entry_id: str
    holdout: bool


class JourneyLeftV1(EscaleraEvent):
    """A customer left a journey before its end."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "JourneyLeft-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "journey": "win-back",
        "entry_id": "e1",
        "reason": "PurchaseRecorded",
    }

    journey: str
    entry_id: str
    reason: str


class JourneyFinishedV1(EscaleraEvent):
    """A customer came to the end of a journey."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "JourneyFinished-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "journey": "win-back",
        "entry_id": "e1",
    }

    journey: str
    entry_id: str


class JourneyFailedV1(EscaleraEvent):
    """A journey broke: its execution's history says where."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "JourneyFailed-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "journey": "win-back",
        "entry_id": "e1",
        "reason": "PermanentError",
    }

    journey: str
    entry_id: str
    reason: str


class JourneyPausedV1(OwnEvent):
    """Somebody paused a journey: who is in it stays where they are, and nobody enters."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "JourneyPaused-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "journey": "win-back",
    }

    journey: str


class JourneyResumedV1(OwnEvent):
    """Somebody let a journey go on: all who are in it move again within hours."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "JourneyResumed-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-21T09:00:00Z",
        "journey": "win-back",
        "paused_at": "2025-11-20T16:00:00Z",
    }

    journey: str
    paused_at: AwareDatetime


class TaskCreatedV1(EscaleraEvent):
    """A team is asked to do something in person."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "TaskCreated-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "task_id": "t1",
        "kind": "personal-call",
        "team": "sales",
        "about": "",
        "due_at": "2025-11-12T10:00:00Z",
    }

    task_id: str
    kind: str
    team: str
    about: str
    due_at: AwareDatetime | None = None


class TaskDoneV1(EscaleraEvent):
    """Somebody of the team did what was asked."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "TaskDone-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "task_id": "t1",
        "kind": "personal-call",
        "team": "sales",
        "about": "",
        "done_at": "2025-11-20T16:00:00Z",
    }

    task_id: str
    kind: str
    team: str
    about: str
    done_at: AwareDatetime


class RewardGrantedV1(EscaleraEvent):
    """A customer was given a code."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "RewardGranted-0f3c2a",
        "version": 1,
        "occurred_at": "2025-11-20T16:00:00Z",
        "customer_id": "c-1001",
        "reward_id": "r1",
        "reward": "comeback",
        "code": "HOLA-7KQ2",
        "valid_until": "2025-11-26T23:59:59Z",
    }

    reward_id: str
    reward: str
    code: str
    valid_until: AwareDatetime
