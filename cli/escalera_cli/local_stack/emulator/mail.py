"""SES: the whole message is kept, feedback events follow, and sends can be throttled on purpose."""

import base64
import json
import random
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as modern
from email.utils import getaddresses
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.concurrency import spawn_background
from ministack.services import eventbridge, ses_v2

from . import feedback
from .outbox import Outbox
from .registry import mend
from .settings import Settings


@dataclass(frozen=True)
class Mail:
    """One e-mail as SES accepted it."""

    message_id: str
    message: EmailMessage
    raw: bytes
    recipients: tuple[str, ...]
    sender: str
    configuration_set: str
    tags: dict[str, str]


def compose(request: dict[str, Any]) -> EmailMessage:
    """Build the message that SES makes of simple content."""
    simple = request["Content"]["Simple"]
    body = simple.get("Body") or {}
    message = EmailMessage()
    message["From"] = request.get("FromEmailAddress", "")
    destination = request.get("Destination") or {}
    for header, key in (("To", "ToAddresses"), ("Cc", "CcAddresses")):
        if destination.get(key):
            message[header] = ", ".join(destination[key])
    if request.get("ReplyToAddresses"):
        message["Reply-To"] = ", ".join(request["ReplyToAddresses"])
    message["Subject"] = (simple.get("Subject") or {}).get("Data", "")
    for header in simple.get("Headers") or []:
        message[header["Name"]] = header["Value"]
    text, html = (body.get("Text") or {}).get("Data"), (body.get("Html") or {}).get("Data")
    message.set_content(text or "") if text or not html else message.set_content(html, subtype="html")
    if text and html:
        message.add_alternative(html, subtype="html")
    return message


def read(request: dict[str, Any], message_id: str) -> Mail:
    """Read an accepted SendEmail request, raw or simple."""
    content = request.get("Content") or {}
    if encoded := (content.get("Raw") or {}).get("Data"):
        raw = base64.b64decode(encoded)
        message = BytesParser(_class=EmailMessage, policy=modern).parsebytes(raw)
    else:
        message = compose(request)
        raw = message.as_bytes()
    named = request.get("Destination") or {}
    chosen = [a for key in ("ToAddresses", "CcAddresses", "BccAddresses") for a in named.get(key) or []]
    headers = [str(v) for name in ("To", "Cc", "Bcc") for v in message.get_all(name, [])]
    return Mail(
        message_id=message_id,
        message=message,
        raw=raw,
        recipients=tuple(address for _, address in getaddresses(chosen or headers)),
        sender=str(request.get("FromEmailAddress") or message.get("From", "")),
        configuration_set=str(request.get("ConfigurationSetName") or ""),
        tags={tag["Name"]: tag["Value"] for tag in request.get("EmailTags") or []},
    )


def record(mail: Mail, settings: Settings) -> dict[str, Any]:
    """Give the outbox's line for an e-mail."""
    text, html = (mail.message.get_body((kind,)) for kind in ("plain", "html"))
    return {
        "message_id": mail.message_id,
        "at": settings.now().isoformat(),
        "sender": mail.sender,
        "recipients": list(mail.recipients),
        "subject": str(mail.message.get("Subject", "")),
        "headers": {name: str(value) for name, value in mail.message.items()},
        "text": text.get_content() if text else "",
        "html": html.get_content() if html else "",
        "configuration_set": mail.configuration_set,
        "tags": mail.tags,
    }


def wanted_events(configuration_set: str) -> set[str]:
    """Say which kinds of feedback a configuration set sends to EventBridge."""
    found = (ses_v2._config_sets.get(configuration_set) or {}).get("EventDestinations") or {}
    return {
        kind
        for destination in found.values()
        if destination.get("Enabled") and destination.get("EventBridgeDestination")
        for kind in destination.get("MatchingEventTypes", [])
    }


def put_feedback(mail: Mail, settings: Settings) -> None:
    """Put the events that SES would put on the default bus for this e-mail."""
    wanted = wanted_events(mail.configuration_set)
    for event in feedback.events(mail, settings.now(), ses_v2.get_account_id()):
        if event.kind in wanted and random.random() >= settings.faults.drop_feedback:  # noqa: S311 (a test fault)
            entry = {"Source": "aws.ses", "DetailType": event.name, "Detail": json.dumps(event.detail)}
            eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def next_fails(settings: Settings, how: str) -> bool:
    """Say whether the next send is one of those that are to fail in this way, and count it."""
    with settings.lock:
        count = getattr(settings.faults, how)
        if count:
            settings.faults = replace(settings.faults, **{how: count - 1})
        return bool(count)


def crash_handlers() -> None:
    """Kill the handlers that are at work: of whom had this message sent is among them."""
    for workers in list(lambda_runtime._workers.values()):
        for worker in list(workers):
            if worker.in_use and (process := worker._proc):
                process.kill()


def refusal(settings: Settings) -> tuple[int, dict[str, str], bytes] | None:
    """Answer instead of SES where a fault asks for it: above the sending rate, or broken before it took the message."""
    if random.random() < settings.faults.throttle_email:  # noqa: S311 (a test fault)
        headers = {"Content-Type": "application/json", "x-amzn-ErrorType": "TooManyRequestsException"}
        return 429, headers, b'{"message": "Maximum sending rate exceeded."}'
    return broken() if next_fails(settings, "break_before_send") else None


def broken() -> tuple[int, dict[str, str], bytes]:
    """Answer as a service does that does not know itself how far it came."""
    return 500, {"Content-Type": "application/json"}, b'{"message": "Internal failure"}'


@mend(
    "raw messages lose headers, tags and configuration set; SES feedback is never produced",
    {
        "services.ses_v2.handle_request": "cab4023919ec",
        "services.ses_v2._put_event_destination": "61d7142f88ab",
    },
)
def keep_whole_messages_and_send_feedback(settings: Settings) -> None:
    """Keep each accepted e-mail in the outbox and put its feedback on the default bus."""
    outbox = Outbox(settings.state / "outbox")
    upstream = ses_v2.handle_request

    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: Any) -> Any:
        if method != "POST" or not path.rstrip("/").endswith("/outbound-emails"):
            return await upstream(method, path, headers, body, query)
        if refused := refusal(settings):
            return refused
        if next_fails(settings, "crash_before_send"):
            crash_handlers()
        answer = await upstream(method, path, headers, body, query)
        if answer[0] == 200:
            mail = read(json.loads(body), json.loads(answer[2])["MessageId"])
            outbox.keep_email(record(mail, settings), mail.raw)
            spawn_background(put_feedback, mail, settings, thread_name="escalera-feedback")
            if next_fails(settings, "crash_after_send"):
                crash_handlers()
            if next_fails(settings, "break_after_send"):
                return broken()
        return answer

    ses_v2.handle_request = handle


@mend(
    "a sender must first be proven to SES, and no DNS record can prove a domain to this machine",
    {"services.ses._message_rejection": "c04cf5069b3c"},
)
def take_every_sender_for_proven(_: Settings) -> None:
    """Send for any sender: whether a real account has proven its domain is for `escalera doctor` to say."""
    ses_v2._message_rejection = lambda *_: None
