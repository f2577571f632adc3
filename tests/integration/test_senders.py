"""E-mail and text messages: what goes to the provider, and what each of its errors means for sending again."""

import re
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from hypothesis import given
from hypothesis import strategies as st
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sesv2.models import sesv2_backends

from escalera.adapters.ses import SesEmailSender, readable_tag, tag_value
from escalera.adapters.sns import SnsTextSender
from escalera.domain.errors import ChannelThrottledError, ChannelUnavailableError, MessageRefusedError
from escalera.domain.vocabulary import MessageKey
from escalera.ports.messages import OutgoingMessage, RenderedMessage
from tests.fakes.table import CountedCalls

FROM = "Cerámica Luz <hola@shop.example.com>"
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


def claimed() -> bool:
    return True


def email_through(connect: Any) -> SesEmailSender:
    return SesEmailSender(FROM, "escalera", connect)


def text_through(connect: Any) -> SnsTextSender:
    return SnsTextSender(connect)


def test_email_goes_out_with_its_parts_headers_and_tags(aws):
    boto3.client("sesv2", region_name="eu-west-1").create_email_identity(
        EmailIdentity="hola@shop.example.com"
    )
    calls = CountedCalls()
    message_id = email_through(calls.connect).send(EMAIL, claim=claimed)
    sent = sesv2_backends[DEFAULT_ACCOUNT_ID]["eu-west-1"].core_backend.sent_messages
    assert [one.id for one in sent] == [message_id]
    ((_, asked),) = calls.asked
    assert asked["FromEmailAddress"] == "=?utf-8?q?Cer=C3=A1mica_Luz?= <hola@shop.example.com>"
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
def test_text_message_takes_the_route_of_its_purpose(aws, purpose, route):
    calls = CountedCalls()
    message = OutgoingMessage(TEXT.key, TEXT.to, TEXT.content, {"purpose": purpose})
    assert text_through(calls.connect).send(message, claim=claimed)
    ((_, asked),) = calls.asked
    assert (asked["PhoneNumber"], asked["Message"]) == ("+34600000001", "Gracias, Ana")
    assert asked["MessageAttributes"]["AWS.SNS.SMS.SMSType"]["StringValue"] == route
    assert asked["MessageAttributes"]["escalera"]["StringValue"] == "k3y"


def failing(error: Exception) -> Any:
    """A `connect` whose clients read every request to its end, and then fail."""

    def connect(service: str, settings: Any) -> Any:
        client = boto3.client(service, region_name="eu-west-1", config=Config(**settings))  # type: ignore[call-overload]

        def fail(request: Any, **_: Any) -> None:
            assert request.body.read()
            raise error

        client.meta.events.register("before-send", fail)
        return client

    return connect


def refusal(code: str, status: int = 400) -> ClientError:
    answer = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "SendEmail")  # type: ignore[arg-type]


THROTTLED, UNAVAILABLE, REFUSED = ChannelThrottledError, ChannelUnavailableError, MessageRefusedError


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (refusal("TooManyRequestsException", 429), THROTTLED),
        (refusal("ThrottlingException"), THROTTLED),
        (refusal("LimitExceededException"), THROTTLED),
        (refusal("AccountSuspendedException"), UNAVAILABLE),
        (refusal("SendingPausedException"), UNAVAILABLE),
        (refusal("AccessDeniedException", 403), UNAVAILABLE),
        (refusal("MessageRejected"), REFUSED),
        (refusal("BadRequestException"), REFUSED),
        (refusal("MailFromDomainNotVerifiedException"), REFUSED),
        (refusal("NotFoundException", 404), REFUSED),
        (refusal("InternalFailure", 500), ClientError),
        (refusal("ServiceUnavailable", 503), ClientError),
        (EndpointConnectionError(endpoint_url="https://ses"), UNAVAILABLE),
        (ConnectTimeoutError(endpoint_url="https://ses"), UNAVAILABLE),
        (ReadTimeoutError(endpoint_url="https://ses"), ReadTimeoutError),
    ],
)
def test_what_ses_answers_means_that_sending_again_is_right_wrong_or_unclear(error, meaning):
    with pytest.raises(meaning) as raised:
        email_through(failing(error)).send(EMAIL, claim=claimed)
    assert raised.type is meaning


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (refusal("Throttling"), THROTTLED),
        (refusal("ThrottledException", 429), THROTTLED),
        (refusal("AuthorizationError", 403), UNAVAILABLE),
        (refusal("InvalidParameter"), REFUSED),
        (refusal("OptedOut"), REFUSED),
        (refusal("InternalError", 500), ClientError),
        (EndpointConnectionError(endpoint_url="https://sns"), UNAVAILABLE),
        (ReadTimeoutError(endpoint_url="https://sns"), ReadTimeoutError),
    ],
)
def test_what_sns_answers_means_that_sending_again_is_right_wrong_or_unclear(error, meaning):
    with pytest.raises(meaning) as raised:
        text_through(failing(error)).send(TEXT, claim=claimed)
    assert raised.type is meaning


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=25))
def test_any_identity_travels_in_a_tag_and_comes_back(text):
    value = tag_value(text)
    assert re.fullmatch(r"[A-Za-z0-9_-]*", value)
    assert readable_tag(value) == text


def test_identity_too_long_for_a_tag_is_refused():
    with pytest.raises(ValueError, match="256"):
        tag_value("x" * 257)
