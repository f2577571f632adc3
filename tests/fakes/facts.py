"""Plausible records, each with every field that matters to a test as an argument."""

from datetime import UTC, datetime, timedelta
from typing import Any

from escalera.domain.facts import Audit, Complaint, Entry, Message, MessageStatus, Order, Promise, Task
from escalera.domain.money import Money
from escalera.domain.staff import Role
from escalera.domain.vocabulary import (
    AuditId,
    ComplaintId,
    CustomerId,
    EntryId,
    JourneyName,
    MessageKey,
    MessageName,
    OrderId,
    PromiseId,
    Purpose,
    SalesChannel,
    TaskId,
)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANA = CustomerId("ana")
LUIS = CustomerId("luis")


def an_order(customer: CustomerId = ANA, order: str = "o-1", **fields: Any) -> Order:
    given: dict[str, Any] = {
        "total": Money(1999, "EUR"),
        "placed_at": NOON,
        "channel": SalesChannel.WEB,
        "number": 1,
    }
    return Order(customer_id=customer, order_id=OrderId(order), **(given | fields))


def a_promise(customer: CustomerId = ANA, promise: str = "p-1", **fields: Any) -> Promise:
    given: dict[str, Any] = {
        "kind": "answer-complaint",
        "about": "c-1",
        "made_at": NOON,
        "due_at": NOON + timedelta(hours=24),
    }
    return Promise(customer_id=customer, promise_id=PromiseId(promise), **(given | fields))


def a_message(customer: CustomerId = ANA, key: str = "m-1", **fields: Any) -> Message:
    given: dict[str, Any] = {
        "message": MessageName("order-thanks"),
        "purpose": Purpose.RELATIONSHIP,
        "journey": JourneyName("thank-you"),
        "entry_id": EntryId("e-1"),
        "step": "1-send-order-thanks",
        "status": MessageStatus.SENDING,
        "considered_at": NOON,
        "decided_at": NOON,
    }
    return Message(customer_id=customer, message_key=MessageKey(key), **(given | fields))


def an_entry(customer: CustomerId = ANA, entry: str = "e-1", **fields: Any) -> Entry:
    given: dict[str, Any] = {
        "journey": JourneyName("win-back"),
        "execution": "run-1",
        "cause": "quiet-1",
        "entered_at": NOON,
        "holdout": False,
    }
    return Entry(customer_id=customer, entry_id=EntryId(entry), **(given | fields))


def a_task(customer: CustomerId = ANA, task: str = "t-1", **fields: Any) -> Task:
    given: dict[str, Any] = {
        "kind": "personal-call",
        "team": "sales",
        "about": "",
        "created_at": NOON,
        "due_at": NOON + timedelta(days=2),
        "journey": JourneyName("win-back"),
    }
    return Task(customer_id=customer, task_id=TaskId(task), **(given | fields))


def a_complaint(customer: CustomerId = ANA, complaint: str = "31", **fields: Any) -> Complaint:
    given: dict[str, Any] = {"raised_at": NOON, "subject": "The lamp arrived broken"}
    return Complaint(customer_id=customer, complaint_id=ComplaintId(complaint), **(given | fields))


def an_audit(customer: CustomerId = ANA, audit: str = "a-1", **fields: Any) -> Audit:
    given: dict[str, Any] = {"at": NOON, "by": "Marta", "role": Role.SERVICE, "what": "task finished"}
    return Audit(customer_id=customer, audit_id=AuditId(audit), **(given | fields))
