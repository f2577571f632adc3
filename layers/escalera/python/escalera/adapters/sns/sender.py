"""Hands text messages to SNS, each once."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)

from escalera.domain.errors import ChannelThrottledError, ChannelUnavailableError, MessageRefusedError
from escalera.domain.vocabulary import Purpose
from escalera.ports.messages import OutgoingMessage

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef

Connect = Callable[[str, Mapping[str, Any]], Any]

KEY_ATTRIBUTE = "escalera"
SMS_TYPE = "AWS.SNS.SMS.SMSType"
# One attempt: after a read timeout SNS may have taken the message, and a second attempt would be a second text.
CLIENT_SETTINGS: Mapping[str, Any] = {
    "connect_timeout": 2,
    "read_timeout": 10,
    "retries": {"mode": "standard", "total_max_attempts": 1},
}
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
_SERVER_ERROR = 500
"""From here on SNS does not say whether it took the message first."""
# Nothing had been sent yet when these were raised.
_NEVER_LEFT = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError)


class SnsTextSender:
    """A `MessageSender` of text messages to E.164 numbers."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    @cached_property
    def client(self) -> "SNSClient":
        """The low-level client, made when first needed."""
        client: SNSClient = self._connect("sns", CLIENT_SETTINGS)
        return client

    def make_ready(self) -> None:
        """Make the client: its first making takes longer than a send."""
        _ = self.client

    def send(self, message: OutgoingMessage) -> str:
        """Send once; the answer is SNS's message id, which its delivery log carries.

        `tags["purpose"]` decides between the two routes SNS has: service is transactional, all else promotional.
        """
        try:
            answer = self.client.publish(
                PhoneNumber=message.to, Message=message.content.text, MessageAttributes=_attributes(message)
            )
        except ClientError as error:
            raise _meaning(error) from error
        except ParamValidationError as error:
            refusal = "SNS cannot take this text message: a part of it is missing or malformed"
            raise MessageRefusedError(refusal) from error
        except _NEVER_LEFT as error:
            trouble = f"SNS could not be reached ({type(error).__name__}): the text message was not sent"
            raise ChannelUnavailableError(trouble) from error
        return answer["MessageId"]


def _attributes(message: OutgoingMessage) -> "dict[str, MessageAttributeValueTypeDef]":
    service = message.tags.get("purpose") == Purpose.SERVICE
    return {
        SMS_TYPE: _attribute("Transactional" if service else "Promotional"),
        KEY_ATTRIBUTE: _attribute(message.key),
    }


def _attribute(value: str) -> "MessageAttributeValueTypeDef":
    return {"DataType": "String", "StringValue": value}


def _meaning(error: ClientError) -> Exception:
    """The port's error for SNS's; the error itself where it stays unclear whether the message was taken."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
    if code in _THROTTLED:
        return ChannelThrottledError(f"SNS asks us to slow down ({code}): the text message was not sent")
    if code in _REFUSED:
        return MessageRefusedError(f"SNS will never take this text message ({code}): look at the number")
    if status < _SERVER_ERROR:  # a missing grant, a spent budget: whatever it is, the message was turned away
        return ChannelUnavailableError(
            f"SNS does not send now ({code}): look at the SMS settings and our role"
        )
    return error
