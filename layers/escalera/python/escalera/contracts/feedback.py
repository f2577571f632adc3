"""What providers tell us about messages, and customers about texts, in the providers' own words.

E-mail: the events of SES as EventBridge brings them. Texts: the delivery log of SNS, and two-way replies. All of it
becomes `Feedback` or `TextReply`; ValueError (pydantic's, or ours) for what cannot be understood.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from enum import StrEnum
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from escalera.contracts.tags import CUSTOMER_TAG, KEY_TAG, readable_tag

# What SNS writes about a number that no later text will reach either.
_NEVER_REACHED = (
    "invalid phone number",
    "opted out",
    "on a blocked list",
    "phone has blocked sms",
)


class FeedbackKind(StrEnum):
    """What a provider can say about a message."""

    SENT = "sent"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    BOUNCED_PERMANENT = "bounced_permanent"
    BOUNCED_TRANSIENT = "bounced_transient"
    COMPLAINED = "complained"
    REJECTED = "rejected"
    OTHER = "other"
    """Said, and of no consequence here."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One word of a provider about one message: of a text when it has a `phone`, else of an e-mail."""

    kind: FeedbackKind
    provider_id: str
    at: datetime
    customer_id: str | None = None
    message_key: str | None = None
    phone: str | None = None
    """E.164."""
    email: str | None = None
    detail: str = ""
    """Why, in the provider's terms, without the person."""


@dataclass(frozen=True, slots=True)
class TextReply:
    """What somebody answered to a text."""

    phone: str
    text: str
    at: datetime


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)


class _Recipient(_Told):
    address: str = Field(alias="emailAddress")


class _Mail(_Told):
    message_id: str = Field(alias="messageId", min_length=1)
    timestamp: AwareDatetime
    destination: tuple[str, ...] = ()
    tags: dict[str, tuple[str, ...]] = {}


class _Particulars(_Told):
    timestamp: AwareDatetime | None = None
    type: str = Field("", alias="bounceType")
    sub_type: str = Field("", alias="bounceSubType")
    complaint_type: str | None = Field(None, alias="complaintFeedbackType")
    reason: str = ""
    bounced: tuple[_Recipient, ...] = Field((), alias="bouncedRecipients")
    complained: tuple[_Recipient, ...] = Field((), alias="complainedRecipients")


class _SesEvent(_Told):
    event: str = Field(alias="eventType")
    mail: _Mail
    delivery: _Particulars = _Particulars()
    bounce: _Particulars = _Particulars()
    complaint: _Particulars = _Particulars()
    reject: _Particulars = _Particulars()


class _Notification(_Told):
    message_id: str = Field(alias="messageId", min_length=1)
    timestamp: datetime


class _Delivery(_Told):
    destination: str
    response: str = Field("", alias="providerResponse")


class _Receipt(_Told):
    notification: _Notification
    delivery: _Delivery
    status: Literal["SUCCESS", "FAILURE"]


class _Inbound(_Told):
    phone: str = Field(alias="originationNumber", min_length=1)
    text: str = Field(alias="messageBody")


_SIMPLE_KINDS = {
    "Send": FeedbackKind.SENT,
    "Delivery": FeedbackKind.DELIVERED,
    "DeliveryDelay": FeedbackKind.DELAYED,
    "Reject": FeedbackKind.REJECTED,
    "Rendering Failure": FeedbackKind.REJECTED,
}


def email_feedback(detail: Any) -> Feedback:
    """The `detail` of an event of source `aws.ses`."""
    told = _SesEvent.model_validate(detail)
    kind, particulars, why = _meaning(told)
    recipients = [one.address for one in (*particulars.bounced, *particulars.complained)]
    address = parseaddr((recipients or [*told.mail.destination, ""])[0])[1]
    return Feedback(
        kind=kind,
        provider_id=told.mail.message_id,
        at=(particulars.timestamp or told.mail.timestamp).astimezone(UTC),
        customer_id=_tag(told.mail, CUSTOMER_TAG),
        message_key=_tag(told.mail, KEY_TAG),
        email=address or None,
        detail=why,
    )


def _meaning(told: _SesEvent) -> tuple[FeedbackKind, _Particulars, str]:
    if told.event == "Bounce":
        permanent = told.bounce.type == "Permanent"
        kind = FeedbackKind.BOUNCED_PERMANENT if permanent else FeedbackKind.BOUNCED_TRANSIENT
        return kind, told.bounce, f"{told.bounce.type}/{told.bounce.sub_type}"
    if told.event == "Complaint":
        # Some mailbox providers also tell when a customer says that a message is no spam.
        spam = told.complaint.complaint_type != "not-spam"
        kind = FeedbackKind.COMPLAINED if spam else FeedbackKind.OTHER
        return kind, told.complaint, told.complaint.complaint_type or ""
    particulars = told.delivery if told.event == "Delivery" else told.reject
    return _SIMPLE_KINDS.get(told.event, FeedbackKind.OTHER), particulars, told.reject.reason or told.event


def _tag(mail: _Mail, name: str) -> str | None:
    return next((readable_tag(value) for value in mail.tags.get(name, ())), None)


def text_feedback(line: str) -> Feedback:
    """One line of the delivery log that SNS keeps of texts; its times are UTC."""
    receipt = _Receipt.model_validate_json(line)
    why = receipt.delivery.response
    kind = FeedbackKind.DELIVERED
    if receipt.status == "FAILURE":
        never = any(phrase in why.lower() for phrase in _NEVER_REACHED)
        kind = FeedbackKind.BOUNCED_PERMANENT if never else FeedbackKind.BOUNCED_TRANSIENT
    at = receipt.notification.timestamp
    return Feedback(
        kind=kind,
        provider_id=receipt.notification.message_id,
        at=at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC),
        phone=receipt.delivery.destination,
        detail=why,
    )


class _SnsEnvelope(_Told):
    message: str = Field(alias="Message")
    timestamp: AwareDatetime = Field(alias="Timestamp")


def text_reply(body: Any) -> TextReply:
    """A two-way reply in the envelope that SNS puts around it."""
    envelope = _SnsEnvelope.model_validate(body)
    inbound = _Inbound.model_validate_json(envelope.message)
    return TextReply(inbound.phone, inbound.text, envelope.timestamp.astimezone(UTC))
