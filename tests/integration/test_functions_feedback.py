"""What providers say of messages and customers answer to texts, in the providers' own payloads."""

import base64
import gzip
import json
from dataclasses import replace
from typing import Any

import pytest

from escalera import bootstrap
from escalera.contracts.feedback import (
    FeedbackKind,
    email_feedback,
    text_feedback,
    text_reply,
)
from escalera.contracts.tags import readable_tag, tag_value
from escalera.domain.consent import is_suppressed
from escalera.domain.customer import Contact, Customer
from escalera.domain.errors import RetryableError, StoreBusyError
from escalera.domain.facts import Message, MessageStatus
from escalera.domain.vocabulary import CustomerId, MessageChannel
from escalera.ports.customers import Change, SaveOutcome, When, Write
from tests.fakes.facts import a_message
from tests.fakes.failing import Failing, Failure
from tests.support.functions import invoke, left_to_the_queue
from tests.support.lambda_events import batch, on_the_bus

ANA = CustomerId("shop/7_ñ")
PHONE = "+34600000001"
EMAIL = "ana@example.com"


def of_ses(kind: str, **parts: Any) -> dict[str, Any]:
    """An event about the e-mail `m-1` to Ana, tagged as the sender tags it."""
    mail = {
        "timestamp": "2026-03-02T12:00:00.000Z",
        "messageId": "ses-1",
        "destination": [EMAIL],
        "tags": {"escalera": ["m-1"], "customer": [tag_value(ANA)], "ses:configuration-set": ["escalera"]},
    }
    return on_the_bus(f"Email {kind}", {"eventType": kind, "mail": mail, **parts}, source="aws.ses")


BOUNCE = {
    "bounceType": "Permanent",
    "bounceSubType": "General",
    "bouncedRecipients": [{"emailAddress": EMAIL}],
    "timestamp": "2026-03-02T12:01:00.000Z",
}


def log_line(status: str = "SUCCESS", *, message_id: str = "sns-1", response: str = "accepted") -> str:
    return json.dumps(
        {
            "notification": {"messageId": message_id, "timestamp": "2026-03-02 12:00:34.558"},
            "delivery": {"destination": PHONE, "providerResponse": response, "smsType": "Transactional"},
            "status": status,
        }
    )


def of_the_log(*lines: str, kind: str = "DATA_MESSAGE") -> dict[str, Any]:
    events = [{"id": f"l{index}", "timestamp": 0, "message": line} for index, line in enumerate(lines)]
    told = {"messageType": kind, "owner": "123456789012", "logGroup": "sns/x", "logEvents": events}
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(told).encode())).decode()}}


def a_reply(text: str, phone: str = PHONE) -> dict[str, Any]:
    inbound = {
        "originationNumber": phone,
        "destinationNumber": "+34900000000",
        "messageKeyword": "KEYWORD_1",
        "messageBody": text,
        "inboundMessageId": "in-1",
    }
    return {
        "Type": "Notification",
        "MessageId": "sns-9",
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:replies",
        "Message": json.dumps(inbound),
        "Timestamp": "2026-03-02T12:00:00.000Z",
    }


class Told:
    """Ana with one message, and what became of both."""

    def __init__(self, cloud: Any) -> None:
        self._customers = cloud.customers

    def has(self, **fields: Any) -> None:
        ana = replace(Customer(ANA), contact=Contact(email=EMAIL, phone=PHONE))
        (saved,) = self._customers.save(
            [Change(Customer(ANA), ana, (Write(a_message(ANA, **fields), When.ALWAYS),))]
        )
        assert saved.outcome is SaveOutcome.SAVED

    @property
    def customer(self) -> Customer:
        found: Customer = self._customers.load([ANA])[ANA]
        return found

    @property
    def message(self) -> Message:
        (found,) = self._customers.facts_of(ANA)
        assert isinstance(found, Message)
        return found


@pytest.fixture
def ana(cloud) -> Told:
    return Told(cloud)


def test_send_that_nobody_noted_is_settled_from_the_providers_event(cloud, ana):
    ana.has(status=MessageStatus.SENDING)
    assert left_to_the_queue(invoke("on_message_feedback", batch(of_ses("Send", send={})))) == []
    assert (ana.message.status, ana.message.provider_id) == (MessageStatus.SENT, "ses-1")


def test_delivery_before_send_ends_delivered(cloud, ana):
    ana.has(status=MessageStatus.SENDING)
    delivery = of_ses("Delivery", delivery={"timestamp": "2026-03-02T12:00:05.000Z", "recipients": [EMAIL]})
    invoke("on_message_feedback", batch(delivery, of_ses("Send", send={}), delivery))
    assert ana.message.status is MessageStatus.DELIVERED


def test_hard_bounce_closes_the_mailbox(cloud, ana):
    ana.has(status=MessageStatus.SENT)
    invoke("on_message_feedback", batch(of_ses("Bounce", bounce=BOUNCE)))
    assert (ana.message.status, ana.message.reason) == (MessageStatus.BOUNCED, "Permanent/General")
    assert is_suppressed(ana.customer, MessageChannel.EMAIL)


def test_what_ses_never_said_is_put_away_and_the_rest_settled(cloud, ana):
    ana.has(status=MessageStatus.SENDING)
    nameless = of_ses("Send")
    del nameless["detail"]["mail"]["messageId"]
    answer = invoke("on_message_feedback", batch(nameless, "not json", of_ses("Send", send={})))
    assert left_to_the_queue(answer) == []
    assert ana.message.status is MessageStatus.SENT
    reasons = [reason for _, reason in cloud.dead_letters()]
    assert any("mail.messageId: is missing; add it" in reason for reason in reasons)
    assert len(reasons) == 2


def test_feedback_that_cannot_be_kept_now_is_left_to_the_queue(cloud, ana, monkeypatch):
    ana.has(status=MessageStatus.SENDING)
    busy = Failing(cloud.ledger, [Failure("move", error=lambda: StoreBusyError("slow down"))])
    monkeypatch.setattr(bootstrap, "ledger", lambda _table: busy)
    answer = invoke("on_message_feedback", batch(of_ses("Send", send={}), of_ses("Send", send={})))
    assert left_to_the_queue(answer) == ["m0"]
    assert ana.message.status is MessageStatus.SENT


def test_delivery_log_of_texts_settles_the_text_it_names(cloud, ana):
    ana.has(status=MessageStatus.SENT, provider_id="sns-1", channel=MessageChannel.SMS)
    invoke("on_message_feedback", of_the_log(log_line(message_id="sns-0"), log_line()))
    assert ana.message.status is MessageStatus.DELIVERED
    assert cloud.dead_letters() == []


def test_number_that_does_not_exist_is_closed(cloud, ana):
    ana.has(status=MessageStatus.SENT, provider_id="sns-1", channel=MessageChannel.SMS)
    invoke("on_message_feedback", of_the_log(log_line("FAILURE", response="Invalid phone number")))
    assert (ana.message.status, ana.message.reason) == (MessageStatus.BOUNCED, "Invalid phone number")
    assert is_suppressed(ana.customer, MessageChannel.SMS)


def test_phone_that_is_off_is_not_closed(cloud, ana):
    ana.has(status=MessageStatus.SENT, provider_id="sns-1", channel=MessageChannel.SMS)
    why = "Phone is currently unreachable/unavailable"
    invoke("on_message_feedback", of_the_log(log_line("FAILURE", response=why)))
    assert ana.message.status is MessageStatus.BOUNCED
    assert ana.customer.suppressed == {}


def test_line_that_is_no_receipt_is_put_away(cloud, ana):
    ana.has(status=MessageStatus.SENT, provider_id="sns-1", channel=MessageChannel.SMS)
    invoke("on_message_feedback", of_the_log("no receipt", log_line()))
    assert ana.message.status is MessageStatus.DELIVERED
    assert [body for body, _ in cloud.dead_letters()] == ["no receipt"]


def test_log_that_cannot_be_settled_now_is_brought_again_by_lambda(cloud, ana, monkeypatch):
    ana.has(status=MessageStatus.SENT, provider_id="sns-1", channel=MessageChannel.SMS)
    busy = Failing(cloud.ledger, [Failure("move", error=lambda: StoreBusyError("slow down"))])
    monkeypatch.setattr(bootstrap, "ledger", lambda _table: busy)
    with pytest.raises(RetryableError, match="1 lines"):
        invoke("on_message_feedback", of_the_log(log_line()))


def test_greeting_of_a_new_subscription_is_no_receipt(cloud):
    answer = invoke("on_message_feedback", of_the_log("CWL CONTROL MESSAGE", kind="CONTROL_MESSAGE"))
    assert left_to_the_queue(answer) == []
    assert cloud.dead_letters() == []


def test_stop_stops_texts_and_nothing_else_does(cloud, ana, capsys):
    ana.has()
    invoke("on_sms_reply", batch(a_reply("¿Cuándo llega mi lámpara?")))
    assert ana.customer.unsubscribed == {}
    assert left_to_the_queue(invoke("on_sms_reply", batch(a_reply(" ¡Baja! ")))) == []
    assert set(ana.customer.unsubscribed) == {MessageChannel.SMS}
    told = capsys.readouterr().out
    assert "lámpara" not in told
    assert "l\\u00e1mpara" not in told
    assert PHONE not in told


def test_reply_without_a_number_is_put_away(cloud):
    reply = a_reply("STOP")
    reply["Message"] = "{}"
    assert left_to_the_queue(invoke("on_sms_reply", batch(reply))) == []
    ((_, reason),) = cloud.dead_letters()
    assert "originationNumber: is missing; add it" in reason


@pytest.mark.parametrize(
    ("name", "kind"),
    {
        "Email_Bounced": FeedbackKind.BOUNCED_PERMANENT,
        "Email_Clicked": FeedbackKind.OTHER,
        "Email_Complaint_Received": FeedbackKind.COMPLAINED,
        "Email_Delivered": FeedbackKind.DELIVERED,
        "Email_Delivery_Delayed": FeedbackKind.DELAYED,
        "Email_Opened": FeedbackKind.OTHER,
        "Email_Rejected": FeedbackKind.REJECTED,
        "Email_Rendering_Failed": FeedbackKind.REJECTED,
        "Email_Sent": FeedbackKind.SENT,
        "Email_Subscribed": FeedbackKind.OTHER,
    }.items(),
)
def test_recorded_events_of_ses_are_understood(shared_data, name, kind):
    event = json.loads((shared_data / "ses" / "eventbridge_derived" / f"{name}.json").read_text())
    feedback = email_feedback(event["detail"])
    assert feedback.kind is kind
    assert feedback.provider_id == event["detail"]["mail"]["messageId"]
    assert feedback.email in {"recipient@example.com", "sender@example.com"}
    assert feedback.message_key is None


def test_recorded_receipts_of_texts_are_understood(shared_data):
    taken, failed = (
        text_feedback((shared_data / "sns_sms" / f"sms_stats_cloudwatch_{number}.json").read_text())
        for number in (12, 13)
    )
    assert (taken.kind, taken.phone) == (FeedbackKind.DELIVERED, "+1XXX5550100")
    assert taken.provider_id == "34d9b400-c6dd-5444-820d-fbeb0f1f54cf"
    assert taken.at.isoformat() == "2016-06-28T00:40:34.558000+00:00"
    assert failed.kind is FeedbackKind.BOUNCED_TRANSIENT


def test_recorded_queue_record_of_sns_is_the_envelope_we_open(shared_data):
    record = json.loads((shared_data / "lambda_events" / "snsSqsEvent.json").read_text())["Records"][0]
    envelope = json.loads(record["body"])
    reply = text_reply({**envelope, "Message": a_reply("STOP")["Message"]})
    assert (reply.phone, reply.text, reply.at.year) == (PHONE, "STOP", 2021)


def test_recorded_queue_batch_is_answered_record_by_record(cloud, shared_data):
    event = json.loads((shared_data / "lambda_events" / "sqsEvent.json").read_text())
    assert left_to_the_queue(invoke("on_purchase_completed", event)) == []
    assert {body for body, _ in cloud.dead_letters()} == {record["body"] for record in event["Records"]}


@pytest.mark.parametrize("kind", ["not-spam", "abuse", None])
def test_only_a_complaint_is_a_complaint(kind):
    complaint = {"complainedRecipients": [{"emailAddress": EMAIL}], "complaintFeedbackType": kind}
    feedback = email_feedback(of_ses("Complaint", complaint=complaint)["detail"])
    assert (feedback.kind is FeedbackKind.COMPLAINED) == (kind != "not-spam")


def test_soft_bounce_is_told_from_a_hard_one():
    for kind in ("Transient", "Undetermined"):
        feedback = email_feedback(of_ses("Bounce", bounce={**BOUNCE, "bounceType": kind})["detail"])
        assert feedback.kind is FeedbackKind.BOUNCED_TRANSIENT


def test_tags_bring_back_whose_message_it_was():
    feedback = email_feedback(of_ses("Send", send={})["detail"])
    assert (feedback.customer_id, feedback.message_key) == (ANA, "m-1")
    assert readable_tag(tag_value(ANA)) == ANA
