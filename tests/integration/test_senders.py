"""E-mails and texts: what goes to the provider, what each end of the dispatch means, what happens to the row."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from botocore.session import get_session
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from escalera.adapters.dynamodb.ledger import sending_row
from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository
from escalera.adapters.ses import SesEmails, readable_tag, tag_value
from escalera.adapters.sns import SnsTexts
from escalera.adapters.stepfunctions import StepFunctionsMessageSender
from escalera.contracts.dispatch import PROVIDER_ID, RUN, Kind
from escalera.domain.errors import (
    ChannelThrottledError,
    ChannelUnavailableError,
    HandoverUnclearError,
    MessageRefusedError,
)
from escalera.domain.facts import Message, MessageStatus
from escalera.domain.vocabulary import MessageKey
from escalera.ports.customers import Change, Write
from escalera.ports.messages import OutgoingMessage, RenderedMessage
from tests.fakes.facts import ANA, a_message
from tests.fakes.table import TABLE, connect, make_table

EMAILS = SesEmails("Cerámica Luz <hola@shop.example.com>", "escalera")
EMAIL = OutgoingMessage(
    key=MessageKey("k3y"),
    to="ana@example.com",
    content=RenderedMessage(text="Gracias, Ana", subject="¡Gracias!", html="<p>Gracias, Ana</p>"),
    tags={"customer_id": "shop/7_ñ", "purpose": "relationship"},
    headers={
        "List-Unsubscribe": "<https://shop.example.com/u>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
)
TEXT = OutgoingMessage(
    MessageKey("k3y"), "+34600000001", RenderedMessage("Gracias, Ana"), {"purpose": "service"}
)
CLAIMED = a_message(status=MessageStatus.CLAIMED)
THROTTLED, UNAVAILABLE, REFUSED = ChannelThrottledError, ChannelUnavailableError, MessageRefusedError


def valid(service: str, operation: str, request: Any) -> dict[str, Any]:
    """The request, which the service's own model takes."""
    shape = get_session().get_service_model(service).operation_model(operation).input_shape
    assert shape is not None
    assert not ParamValidator().validate(request, shape).has_errors()
    return dict(request)


def ended(**output: str) -> dict[str, Any]:
    return {"status": "SUCCEEDED", "output": json.dumps(output), "executionArn": "arn:run"}


def email_through(service: Any) -> StepFunctionsMessageSender:
    return StepFunctionsMessageSender("arn:dispatch", Kind.EMAIL, EMAILS, service.connect, moves=moves)


def text_through(service: Any) -> StepFunctionsMessageSender:
    return StepFunctionsMessageSender("arn:dispatch", Kind.TEXT, SnsTexts(), service.connect, moves=moves)


def moves(row: Message) -> Any:
    return sending_row(TABLE, row)


def test_email_goes_out_with_its_parts_headers_and_tags():
    asked = valid("sesv2", "SendEmail", EMAILS.request(EMAIL))
    assert asked["FromEmailAddress"] == "=?utf-8?q?Cer=C3=A1mica_Luz?= <hola@shop.example.com>"
    assert asked["Destination"] == {"ToAddresses": ["ana@example.com"]}
    assert asked["ConfigurationSetName"] == "escalera"
    assert asked["EmailTags"] == [
        {"Name": "escalera", "Value": "k3y"},
        {"Name": "customer_id", "Value": "shop_2f_7_5fc3b1_"},
        {"Name": "purpose", "Value": "relationship"},
    ]
    simple = asked["Content"]["Simple"]
    assert {one["Name"]: one["Value"] for one in simple["Headers"]} == EMAIL.headers
    assert simple["Body"]["Text"]["Data"] == "Gracias, Ana"


@pytest.mark.parametrize(("purpose", "route"), [("service", "Transactional"), ("promotion", "Promotional")])
def test_text_message_takes_the_route_of_its_purpose(purpose, route):
    message = OutgoingMessage(TEXT.key, TEXT.to, TEXT.content, {"purpose": purpose})
    asked = valid("sns", "Publish", SnsTexts().request(message))
    assert (asked["PhoneNumber"], asked["Message"]) == ("+34600000001", "Gracias, Ana")
    assert asked["MessageAttributes"]["AWS.SNS.SMS.SMSType"]["StringValue"] == route
    assert asked["MessageAttributes"]["escalera"]["StringValue"] == "k3y"


def test_dispatch_is_handed_the_request_and_what_to_do_to_the_row(answering):
    service = answering(ended(end="sent", provider_id="ses-1"))
    assert email_through(service).send(EMAIL, claimed=CLAIMED) == "ses-1"
    ((asked),) = service.asked
    order = json.loads(asked["input"])
    assert asked["stateMachineArn"] == "arn:dispatch"
    assert order.keys() == {"email", "begin", "sent", "released"}
    assert order["email"] == EMAILS.request(EMAIL)
    assert PROVIDER_ID not in order["sent"]["ExpressionAttributeValues"]
    assert PROVIDER_ID in order["sent"]["UpdateExpression"]


def test_message_of_no_customer_has_no_row(answering):
    service = answering(ended(end="sent", provider_id="sns-1"))
    assert text_through(service).send(TEXT, claimed=None) == "sns-1"
    assert json.loads(service.asked[0]["input"]).keys() == {"text"}


def test_row_that_could_not_be_taken_is_tried_again(answering):
    service = answering(ended(end="not_begun", error="DynamoDB.AmazonDynamoDBException"))
    with pytest.raises(ChannelUnavailableError, match="could not be taken"):
        email_through(service).send(EMAIL, claimed=CLAIMED)


def test_row_that_somebody_else_took_is_told_as_such(answering):
    assert email_through(answering(ended(end="taken"))).send(EMAIL, claimed=CLAIMED) is None


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        ("SesV2.TooManyRequestsException", THROTTLED),
        ("SesV2.LimitExceededException", THROTTLED),
        ("SesV2.AccountSuspendedException", UNAVAILABLE),
        ("SesV2.SendingPausedException", UNAVAILABLE),
        ("SesV2.SesV2Exception", UNAVAILABLE),
        ("SesV2.MessageRejectedException", REFUSED),
        ("SesV2.MessageRejected", REFUSED),
        ("SesV2.BadRequestException", REFUSED),
        ("SesV2.MailFromDomainNotVerifiedException", REFUSED),
        ("SesV2.NotFoundException", REFUSED),
    ],
)
def test_what_ses_answers_means_that_sending_again_is_right_or_wrong(answering, error, meaning):
    service = answering(ended(end="turned_away", error=error, cause="Status Code: 400"))
    with pytest.raises(meaning, match=error.partition(".")[2]) as raised:
        email_through(service).send(EMAIL, claimed=CLAIMED)
    assert raised.type is meaning


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        ("Sns.ThrottledException", THROTTLED),
        ("Sns.AuthorizationErrorException", UNAVAILABLE),
        ("Sns.SnsException", UNAVAILABLE),
        ("Sns.InvalidParameterException", REFUSED),
        ("Sns.InvalidParameterValueException", REFUSED),
    ],
)
def test_what_sns_answers_means_that_sending_again_is_right_or_wrong(answering, error, meaning):
    service = answering(ended(end="turned_away", error=error, cause="Status Code: 400"))
    with pytest.raises(meaning) as raised:
        text_through(service).send(TEXT, claimed=CLAIMED)
    assert raised.type is meaning


def refusal(code: str, status: int) -> ClientError:
    answer = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "StartSyncExecution")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (
            {"status": "FAILED", "error": "SesV2.SdkClientException", "executionArn": "arn:run"},
            HandoverUnclearError,
        ),
        ({"status": "TIMED_OUT", "executionArn": "arn:run"}, HandoverUnclearError),
        (refusal("ThrottlingException", 400), UNAVAILABLE),
        (refusal("AccessDeniedException", 403), UNAVAILABLE),
        (refusal("InternalFailure", 500), HandoverUnclearError),
        (EndpointConnectionError(endpoint_url="https://states"), UNAVAILABLE),
        (ConnectTimeoutError(endpoint_url="https://states"), UNAVAILABLE),
        (ReadTimeoutError(endpoint_url="https://states"), HandoverUnclearError),
    ],
)
def test_a_dispatch_that_breaks_leaves_it_unclear_and_one_that_never_ran_does_not(answering, answer, meaning):
    with pytest.raises(meaning) as raised:
        email_through(answering(answer)).send(EMAIL, claimed=CLAIMED)
    assert raised.type is meaning


def test_message_too_large_to_carry_is_refused_with_its_size_before_anything_is_asked(answering):
    service = answering()
    large = OutgoingMessage(EMAIL.key, EMAIL.to, RenderedMessage("ñ" * 125_000, "Hola", "<p>Hola</p>"))
    with pytest.raises(MessageRefusedError, match=r"`order-thanks` is too large: 25\d{4} bytes of 250000"):
        email_through(service).send(large, claimed=CLAIMED)
    assert service.asked == []


@pytest.mark.parametrize(
    ("move", "to", "only_from"),
    [
        ("begin", MessageStatus.SENDING, {MessageStatus.CLAIMED}),
        ("sent", MessageStatus.SENT, {MessageStatus.SENDING, MessageStatus.UNCONFIRMED}),
        ("released", MessageStatus.RELEASED, {MessageStatus.SENDING}),
    ],
)
def test_row_moves_only_from_where_it_must_stand(aws, move, to, only_from):
    make_table()
    customers = DynamoDBCustomerRepository(TABLE, connect)
    client: Any = boto3.client("dynamodb", region_name="eu-west-1")
    for status in MessageStatus:
        row = a_message(key=f"m-{status}", status=status)
        ana = customers.load([ANA])[ANA]
        customers.save([Change(ana, ana, (Write(row),))])
        asked = json.loads(json.dumps(getattr(sending_row(TABLE, row), move)))
        added = {"begin": {RUN: {"S": "run-1"}}, "sent": {PROVIDER_ID: {"S": "ses-1"}}}
        asked["ExpressionAttributeValues"] |= added.get(move, {})
        try:
            client.update_item(**asked)
        except client.exceptions.ConditionalCheckFailedException:
            assert status not in only_from
            assert customers.load_facts([row.key])[row.key] == row
        else:
            assert status in only_from
            found = customers.load_facts([row.key])[row.key]
            assert isinstance(found, Message)
            assert (found.status, found.provider_id) == (to, "ses-1" if move == "sent" else "")


def test_row_is_taken_by_the_claim_it_stands_by_and_by_one_run(aws):
    make_table()
    customers = DynamoDBCustomerRepository(TABLE, connect)
    client: Any = boto3.client("dynamodb", region_name="eu-west-1")
    ana = customers.load([ANA])[ANA]
    row = a_message(status=MessageStatus.CLAIMED)
    customers.save([Change(ana, ana, (Write(row),))])

    def takes(claimed: Message, run: str) -> bool:
        asked = dict(sending_row(TABLE, claimed).begin)
        asked["ExpressionAttributeValues"] = {**asked["ExpressionAttributeValues"], RUN: {"S": run}}
        try:
            client.update_item(**asked)
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    earlier = replace(row, decided_at=row.decided_at - timedelta(seconds=1))
    assert not takes(earlier, "run-1")
    assert [takes(row, run) for run in ("run-1", "run-2", "run-1")] == [True, False, True]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=25))
def test_any_identity_travels_in_a_tag_and_comes_back(text):
    value = tag_value(text)
    assert re.fullmatch(r"[A-Za-z0-9_-]*", value)
    assert readable_tag(value) == text


def test_identity_too_long_for_a_tag_is_refused():
    with pytest.raises(ValueError, match="256"):
        tag_value("x" * 257)
