"""The words everybody uses, each with its one spelling, and the types that name identities."""

from enum import StrEnum
from typing import NewType

CustomerId = NewType("CustomerId", str)
OrderId = NewType("OrderId", str)
RefundId = NewType("RefundId", str)
ComplaintId = NewType("ComplaintId", str)
PromiseId = NewType("PromiseId", str)
TaskId = NewType("TaskId", str)
AnswerId = NewType("AnswerId", str)
AuditId = NewType("AuditId", str)
RewardId = NewType("RewardId", str)
EntryId = NewType("EntryId", str)
MessageKey = NewType("MessageKey", str)
JourneyName = NewType("JourneyName", str)
MessageName = NewType("MessageName", str)
GroupName = NewType("GroupName", str)
SubjectName = NewType("SubjectName", str)
"""What the shop writes about, such as recipes: customers say which they want to hear of."""

NOBODY = CustomerId("")
"""Stands where a record is about no customer but the shop itself; no customer can be called so."""


class Purpose(StrEnum):
    """Why the shop writes. Consent is given per purpose; service is what the customer's own order needs."""

    SERVICE = "service"
    RELATIONSHIP = "relationship"
    PROMOTION = "promotion"


class MessageChannel(StrEnum):
    """How a message reaches the customer."""

    EMAIL = "email"
    SMS = "sms"


class SalesChannel(StrEnum):
    """Where the customer dealt with the shop (doctrine L3: many channels, one customer)."""

    WEB = "web"
    COUNTER = "counter"
    CATALOGUE = "catalogue"
    PHONE = "phone"


class Language(StrEnum):
    """The languages every message is written in."""

    SPANISH = "es"
    PORTUGUESE = "pt"
    ENGLISH = "en"


class Rung(StrEnum):
    """The ladder of loyalty (doctrine R1-R7), lowest first."""

    SUSPECT = "suspect"
    PROSPECT = "prospect"
    BUYER = "buyer"
    CUSTOMER = "customer"
    FREQUENT = "frequent"
    ADVOCATE = "advocate"
    PROMOTER = "promoter"


class AbcClass(StrEnum):
    """A, B or C by what the customer brings (doctrine L9)."""

    A = "A"
    B = "B"
    C = "C"


class SuppressionReason(StrEnum):
    """Why a channel is closed for ever, whatever consent says."""

    HARD_BOUNCE = "hard_bounce"
    SPAM_COMPLAINT = "spam_complaint"


class StepOutcome(StrEnum):
    """How a journey step ended; every one of them moves the journey on."""

    DONE = "done"
    WITHHELD = "withheld"
    HOLD = "hold"
    LEFT = "left"
