"""The events SES puts on the default bus, by what an address stands for: delivered, bounced, complained."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .mail import Mail


@dataclass(frozen=True)
class Event:
    """One feedback event: its kind in a configuration set, its detail-type and its detail."""

    kind: str
    name: str
    detail: dict[str, Any]


def fate(address: str) -> str:
    """Read what shall become of an e-mail from its address: `bounce@`, `ana+bounce@`, `complaint@`, or neither."""
    local = address.partition("@")[0].lower()
    for kind in ("bounce", "complaint"):
        if local.startswith(kind) or local.endswith(f"+{kind}"):
            return kind
    return "delivery"


def instant(moment: datetime) -> str:
    """Write an instant as SES does, in milliseconds and with a Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def mail_part(mail: "Mail", moment: datetime, account: str) -> dict[str, Any]:
    """Describe the e-mail as each event repeats it."""
    domain = parseaddr(mail.sender)[1].rpartition("@")[2]
    own = {name: [value] for name, value in mail.tags.items()}
    ses_tags = {
        "ses:operation": ["SendEmail"],
        "ses:configuration-set": [mail.configuration_set],
        "ses:source-ip": ["127.0.0.1"],
        "ses:from-domain": [domain],
        "ses:caller-identity": ["local"],
    }
    return {
        "timestamp": instant(moment),
        "source": mail.sender,
        "sourceArn": f"arn:aws:ses:us-east-1:{account}:identity/{domain}",
        "sendingAccountId": account,
        "messageId": mail.message_id,
        "destination": list(mail.recipients),
        "headersTruncated": False,
        "headers": [{"name": name, "value": str(value)} for name, value in mail.message.items()],
        "commonHeaders": {
            "from": [mail.sender],
            "to": list(mail.recipients),
            "messageId": mail.message_id,
            "subject": str(mail.message.get("Subject", "")),
        },
        "tags": ses_tags | own,
    }


def bounce_part(recipients: list[str], moment: datetime) -> dict[str, Any]:
    """Describe a hard bounce."""
    refused = {"action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
    return {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": address, **refused} for address in recipients],
        "timestamp": instant(moment),
        "feedbackId": str(uuid.uuid4()),
        "reportingMTA": "dsn; local",
    }


def complaint_part(recipients: list[str], moment: datetime) -> dict[str, Any]:
    """Describe a spam complaint."""
    return {
        "complainedRecipients": [{"emailAddress": address} for address in recipients],
        "timestamp": instant(moment),
        "feedbackId": str(uuid.uuid4()),
        "userAgent": "local",
        "complaintFeedbackType": "abuse",
        "arrivalDate": instant(moment),
    }


def delivery_part(recipients: list[str], moment: datetime) -> dict[str, Any]:
    """Describe a delivery."""
    return {
        "timestamp": instant(moment),
        "processingTimeMillis": 1,
        "recipients": recipients,
        "smtpResponse": "250 2.6.0 Message received",
        "reportingMTA": "local",
    }


def events(mail: "Mail", moment: datetime, account: str) -> list[Event]:
    """Give the events of one e-mail in order: sent, then what became of it at each kind of address."""
    part = mail_part(mail, moment, account)
    result = [Event("SEND", "Email Sent", {"eventType": "Send", "mail": part, "send": {}})]
    kinds = (
        ("bounce", "BOUNCE", "Email Bounced", "Bounce", bounce_part),
        ("delivery", "DELIVERY", "Email Delivered", "Delivery", delivery_part),
        ("complaint", "COMPLAINT", "Email Complaint Received", "Complaint", complaint_part),
    )
    for key, kind, name, event_type, describe in kinds:
        if recipients := [address for address in mail.recipients if fate(address) == key]:
            detail = {"eventType": event_type, "mail": part, key: describe(recipients, moment)}
            result.append(Event(kind, name, detail))
    return result
