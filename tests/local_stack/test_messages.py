"""E-mails and texts are kept whole, feedback follows them, and sends can fail on purpose."""

import json
import time
import uuid
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.local_stack.probe import Probe, wait_until


def request(to: str, *, raw: bool = False) -> dict[str, Any]:
    key = uuid.uuid4().hex
    given: dict[str, Any] = {
        "FromEmailAddress": "Tienda <hola@shop.example.com>",
        "ConfigurationSetName": "sending",
        "EmailTags": [{"Name": "message_key", "Value": key}],
        "Destination": {"ToAddresses": [to]},
    }
    if raw:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = given["FromEmailAddress"], to, "¿Qué tal?"
        message["List-Unsubscribe"] = "<https://shop.example.com/u>"
        message.set_content("Hola, Ana")
        message.add_alternative("<p>Hola, Ana</p>", subtype="html")
        return {**given, "Content": {"Raw": {"Data": message.as_string()}}}
    header = {"Name": "List-Unsubscribe", "Value": "<https://shop.example.com/u>"}
    body = {"Text": {"Data": "Hola, Ana"}, "Html": {"Data": "<p>Hola, Ana</p>"}}
    return {
        **given,
        "Content": {"Simple": {"Subject": {"Data": "¿Qué tal?"}, "Body": body, "Headers": [header]}},
    }


def feedback(probe: Probe, message_id: str, count: int) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def look() -> bool:
        events = [e for e in probe.receive("FeedbackQueue") if e["detail"]["mail"]["messageId"] == message_id]
        found.update({event["detail-type"]: event for event in events})
        return len(found) >= count

    wait_until(look, f"feedback to {message_id}")
    return found


@pytest.mark.parametrize("raw", [False, True])
def test_email_is_kept_whole(probe: Probe, raw: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    sent = request("ana@example.com", raw=raw)
    message_id = probe.call("send_email", request=sent)
    email = probe.stack.emails()[-1]
    assert email.message_id == message_id
    assert email.recipients == ("ana@example.com",)
    assert email.subject == "¿Qué tal?"
    assert email.text.strip() == "Hola, Ana"
    assert email.html.strip() == "<p>Hola, Ana</p>"
    assert email.headers["List-Unsubscribe"] == "<https://shop.example.com/u>"
    assert email.tags == {"message_key": sent["EmailTags"][0]["Value"]}
    assert email.configuration_set == "sending"
    assert message_from_bytes(email.file.read_bytes())["To"] == "ana@example.com"


@pytest.mark.parametrize(
    ("to", "names"),
    [
        ("ana@example.com", {"Email Sent", "Email Delivered"}),
        ("ana+bounce@example.com", {"Email Sent", "Email Bounced"}),
        ("complaint@example.com", {"Email Sent", "Email Complaint Received"}),
    ],
)
def test_feedback_follows_an_email_by_its_address(probe: Probe, to: str, names: set[str]) -> None:
    sent = request(to)
    events = feedback(probe, probe.call("send_email", request=sent), len(names))
    assert set(events) == names
    for event in events.values():
        assert event["source"] == "aws.ses"
        assert event["detail"]["mail"]["tags"]["message_key"] == [sent["EmailTags"][0]["Value"]]
    if "Email Bounced" in events:
        assert events["Email Bounced"]["detail"]["bounce"]["bounceType"] == "Permanent"


def test_feedback_has_the_shape_of_recorded_events(probe: Probe, shared_data: Path) -> None:
    folder = shared_data / "ses" / "eventbridge_derived"
    for to in ("ana@example.com", "bounce@example.com", "complaint@example.com"):
        events = feedback(probe, probe.call("send_email", request=request(to)), 2)
        for name, event in events.items():
            recorded = json.loads((folder / f"{name.replace(' ', '_')}.json").read_text())
            assert set(event) == set(recorded)
            assert set(event["detail"]) == set(recorded["detail"])
            for part in recorded["detail"]:
                if isinstance(recorded["detail"][part], dict):
                    assert set(recorded["detail"][part]) <= set(event["detail"][part]), f"{name}: {part}"


def test_sender_of_an_unproven_domain_may_send_here(probe: Probe) -> None:
    sent = {**request("ana@example.com"), "FromEmailAddress": "hola@another.example.org"}
    message_id = probe.client("sesv2").send_email(**sent)["MessageId"]
    assert probe.stack.emails()[-1].message_id == message_id


def test_dropped_feedback_does_not_come(probe: Probe) -> None:
    probe.stack.drop_feedback(1)
    try:
        message_id = probe.call("send_email", request=request("ana@example.com"))
        time.sleep(0.3)
    finally:
        probe.stack.drop_feedback(0)
    assert not [e for e in probe.receive("FeedbackQueue") if e["detail"]["mail"]["messageId"] == message_id]


def test_throttled_send_is_refused_as_ses_does_and_not_kept(probe: Probe) -> None:
    before = len(probe.stack.emails())
    probe.stack.throttle_email(1)
    try:
        assert (
            probe.call("send_email", request=request("ana@example.com"))["errorType"]
            == "TooManyRequestsException"
        )
    finally:
        probe.stack.throttle_email(0)
    assert len(probe.stack.emails()) == before


@pytest.mark.parametrize("when", ["crash_before_send", "crash_after_send"])
def test_crash_around_a_send_kills_the_handler_and_ses_takes_the_message(probe: Probe, when: str) -> None:
    before = len(probe.stack.emails())
    probe.stack.change(**{when: 1})
    assert probe.call("send_email", request=request("ana@example.com"))["errorType"] == "Runtime.ExitError"
    assert len(probe.stack.emails()) == before + 1
    assert isinstance(probe.call("send_email", request=request("ana@example.com")), str)


@pytest.mark.parametrize(("phone", "status"), [("+351900000001", "SUCCESS"), ("+351900000404", "FAILURE")])
def test_text_is_kept_and_its_receipt_logged(probe: Probe, phone: str, status: str) -> None:
    message_id = probe.call("send_text", phone=phone, message="Olá, Ana")
    text = probe.stack.texts()[-1]
    assert (text.message_id, text.phone, text.message) == (message_id, phone, "Olá, Ana")
    assert text.attributes == {"AWS.SNS.SMS.SMSType": "Transactional"}
    receipt = wait_until(lambda: probe.kept(f"receipt-{message_id}"), "the receipt's arrival")
    assert receipt[0]["status"] == status
