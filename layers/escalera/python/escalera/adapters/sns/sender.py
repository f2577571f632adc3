"""Hands text messages to SNS, each once."""

from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, ParamValidationError

from escalera.adapters.handing_over import (
    NEVER_LEFT,
    ONE_ATTEMPT,
    SERVER_ERROR,
    Connect,
    hand_over,
    keep_back,
)
from escalera.domain.errors import ChannelThrottledError, ChannelUnavailableError, MessageRefusedError
from escalera.domain.vocabulary import Purpose
from escalera.ports.messages import Claim, OutgoingMessage

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef

KEY_ATTRIBUTE = "escalera"
SMS_TYPE = "AWS.SNS.SMS.SMSType"
_THROTTLED = frozenset(
    {"Throttling", "ThrottledException", "Throttled", "ThrottlingException", "TooManyRequestsException"}
)
_REFUSED = frozenset(
    {
        "InvalidParameter",
        "InvalidParameterException",
        "ParameterValueInvalid",
        "InvalidParameterValueException",
        "ValidationError",
        "ValidationException",
        "OptedOut",
        "OptedOutException",
        "EndpointDisabled",
    }
)


class SnsTextSender:
    """A `MessageSender` of text messages to E.164 numbers."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    @cached_property
    def client(self) -> "SNSClient":
        """The low-level client, made when first needed."""
        client: SNSClient = self._connect("sns", ONE_ATTEMPT)
        keep_back(client, "Publish")
        return client

    def send(self, message: OutgoingMessage, *, claim: Claim) -> str | None:
        """Send once, if the claim is given; the answer is SNS's message id, which its delivery log carries.

        `tags["purpose"]` decides between the two routes SNS has: service is transactional, all else promotional.
        """
        client, to, text, attributes = self.client, message.to, message.content.text, _attributes(message)
        answer = hand_over(
            lambda: client.publish(PhoneNumber=to, Message=text, MessageAttributes=attributes),
            claim,
            _meaning,
        )
        return None if answer is None else answer["MessageId"]


def _attributes(message: OutgoingMessage) -> "dict[str, MessageAttributeValueTypeDef]":
    service = message.tags.get("purpose") == Purpose.SERVICE
    return {
        SMS_TYPE: _attribute("Transactional" if service else "Promotional"),
        KEY_ATTRIBUTE: _attribute(message.key),
    }


def _attribute(value: str) -> "MessageAttributeValueTypeDef":
    return {"DataType": "String", "StringValue": value}


def _meaning(error: Exception) -> Exception:
    """The port's error for what was raised; the error itself where it stays unclear whether the message was taken."""
    if isinstance(error, ClientError):
        return _meaning_of_answer(error)
    if isinstance(error, ParamValidationError):
        return MessageRefusedError("SNS cannot take this text message: a part of it is missing or malformed")
    if isinstance(error, NEVER_LEFT):
        trouble = f"SNS could not be reached ({type(error).__name__}): the text message was not sent"
        return ChannelUnavailableError(trouble)
    return error


def _meaning_of_answer(error: ClientError) -> Exception:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
    if code in _THROTTLED:
        return ChannelThrottledError(f"SNS asks us to slow down ({code}): the text message was not sent")
    if code in _REFUSED:
        return MessageRefusedError(f"SNS will never take this text message ({code}): look at the number")
    if status < SERVER_ERROR:  # a missing grant, a spent budget: whatever it is, the message was turned away
        return ChannelUnavailableError(
            f"SNS does not send now ({code}): look at the SMS settings and our role"
        )
    return error
