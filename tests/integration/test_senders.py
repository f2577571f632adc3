"""E-mail and text messages: what goes to the provider, and what each of its errors means for sending again."""

import re
import socket
import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
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


def email_through(connect: Any) -> SesEmailSender:
    return SesEmailSender(FROM, "escalera", connect)


def text_through(connect: Any) -> SnsTextSender:
    return SnsTextSender(connect)


def test_email_goes_out_with_its_parts_headers_and_tags(aws):
    boto3.client("sesv2", region_name="eu-west-1").create_email_identity(
        EmailIdentity="hola@shop.example.com"
    )
    calls = CountedCalls()
    message_id = email_through(calls.connect).send(EMAIL)
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


@pytest.mark.parametrize("through", [email_through, text_through])
def test_a_sender_made_ready_has_its_client_and_makes_no_other(aws, through):
    calls, made = CountedCalls(), []

    def connect(service, settings):
        made.append(service)
        return calls.connect(service, settings)

    sender = through(connect)
    sender.make_ready()
    assert len(made) == 1
    sender.make_ready()
    assert (len(made), calls.asked) == (1, [])


@pytest.mark.parametrize(("purpose", "route"), [("service", "Transactional"), ("promotion", "Promotional")])
def test_text_message_takes_the_route_of_its_purpose(aws, purpose, route):
    calls = CountedCalls()
    message = OutgoingMessage(TEXT.key, TEXT.to, TEXT.content, {"purpose": purpose})
    assert text_through(calls.connect).send(message)
    ((_, asked),) = calls.asked
    assert (asked["PhoneNumber"], asked["Message"]) == ("+34600000001", "Gracias, Ana")
    assert asked["MessageAttributes"]["AWS.SNS.SMS.SMSType"]["StringValue"] == route
    assert asked["MessageAttributes"]["escalera"]["StringValue"] == "k3y"


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
def test_what_ses_answers_means_that_sending_again_is_right_wrong_or_unclear(answering, error, meaning):
    with pytest.raises(meaning) as raised:
        email_through(answering(error).connect).send(EMAIL)
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
def test_what_sns_answers_means_that_sending_again_is_right_wrong_or_unclear(answering, error, meaning):
    with pytest.raises(meaning) as raised:
        text_through(answering(error).connect).send(TEXT)
    assert raised.type is meaning


class SilentProvider:
    """Takes every request and never answers."""

    def __init__(self) -> None:
        self.requests = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def connect(self, service: str, settings: Any) -> Any:
        config = Config(**{**settings, "read_timeout": 0.2})
        return boto3.client(service, region_name="eu-west-1", endpoint_url=self.url, config=config)  # type: ignore[call-overload]

    def close(self) -> None:
        for one in (self._socket, *self._open):
            one.close()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._open.append(connection)
            self.requests += 1


@pytest.fixture
def silent() -> Iterator[SilentProvider]:
    provider = SilentProvider()
    yield provider
    provider.close()


@pytest.mark.parametrize(("through", "message"), [(email_through, EMAIL), (text_through, TEXT)])
def test_message_without_an_answer_is_handed_over_once_and_stays_unclear(silent, through, message):
    with pytest.raises(BotoCoreError):
        through(silent.connect).send(message)
    assert silent.requests == 1


@pytest.mark.parametrize(("through", "message"), [(email_through, EMAIL), (text_through, TEXT)])
def test_message_that_cannot_leave_was_not_sent(through, message):
    def nowhere(service: str, settings: Any) -> Any:
        config = Config(**settings)
        return boto3.client(
            service, region_name="eu-west-1", endpoint_url="http://127.0.0.1:1", config=config
        )  # type: ignore[call-overload]

    with pytest.raises(ChannelUnavailableError):
        through(nowhere).send(message)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=25))
def test_any_identity_travels_in_a_tag_and_comes_back(text):
    value = tag_value(text)
    assert re.fullmatch(r"[A-Za-z0-9_-]*", value)
    assert readable_tag(value) == text


def test_identity_too_long_for_a_tag_is_refused():
    with pytest.raises(ValueError, match="256"):
        tag_value("x" * 257)
