"""Hands e-mails to SES, each once."""

from collections.abc import Callable, Mapping
from email.utils import formataddr, parseaddr
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)

from escalera.contracts.tags import KEY_TAG, tag_value
from escalera.domain.errors import ChannelThrottledError, ChannelUnavailableError, MessageRefusedError
from escalera.ports.messages import OutgoingMessage

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import SendEmailRequestTypeDef

Connect = Callable[[str, Mapping[str, Any]], Any]

# One attempt: after a read timeout SES may have taken the message, and a second attempt would be a second e-mail.
CLIENT_SETTINGS: Mapping[str, Any] = {
    "connect_timeout": 2,
    "read_timeout": 10,
    "retries": {"mode": "standard", "total_max_attempts": 1},
}
_THROTTLED = frozenset(
    {
        "TooManyRequestsException",
        "ThrottlingException",
        "Throttling",
        "LimitExceededException",
        "RequestLimitExceeded",
    }
)
_REFUSED = frozenset(
    {
        "MessageRejected",
        "BadRequestException",
        "MailFromDomainNotVerifiedException",
        "NotFoundException",
        "ValidationException",
    }
)
_SERVER_ERROR = 500
"""From here on SES does not say whether it took the message first."""
# Nothing had been sent yet when these were raised.
_NEVER_LEFT = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError)


class SesEmailSender:
    """A `MessageSender` of e-mails; `sender` is the From address (RFC 5322), verified in SES."""

    def __init__(self, sender: str, configuration_set: str, connect: Connect) -> None:
        self._sender = formataddr(parseaddr(sender))  # SES wants the name in ASCII: RFC 2047 where it is not
        self._configuration_set = configuration_set
        self._connect = connect

    @cached_property
    def client(self) -> "SESV2Client":
        """The low-level client, made when first needed."""
        client: SESV2Client = self._connect("sesv2", CLIENT_SETTINGS)
        return client

    def make_ready(self) -> None:
        """Make the client: its first making takes longer than a send."""
        _ = self.client

    def send(self, message: OutgoingMessage) -> str:
        """Send once; the answer is SES's message id, which its events carry."""
        try:
            return self.client.send_email(**self._request(message))["MessageId"]
        except ClientError as error:
            raise _meaning(error) from error
        except ParamValidationError as error:
            refusal = "SES cannot take this e-mail: a part of it is missing or malformed"
            raise MessageRefusedError(refusal) from error
        except _NEVER_LEFT as error:
            trouble = f"SES could not be reached ({type(error).__name__}): the e-mail was not sent"
            raise ChannelUnavailableError(trouble) from error

    def _request(self, message: OutgoingMessage) -> "SendEmailRequestTypeDef":
        content = message.content
        tags = {KEY_TAG: message.key, **message.tags}
        return {
            "FromEmailAddress": self._sender,
            "Destination": {"ToAddresses": [message.to]},
            "ConfigurationSetName": self._configuration_set,
            "EmailTags": [{"Name": name, "Value": tag_value(value)} for name, value in tags.items()],
            "Content": {
                "Simple": {
                    "Subject": _text(content.subject),
                    "Body": {"Text": _text(content.text), "Html": _text(content.html)},
                    "Headers": [{"Name": name, "Value": value} for name, value in message.headers.items()],
                }
            },
        }


def _meaning(error: ClientError) -> Exception:
    """The port's error for SES's; the error itself where it stays unclear whether the message was taken."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
    if code in _THROTTLED:
        return ChannelThrottledError(f"SES asks us to slow down ({code}): the e-mail was not sent")
    if code in _REFUSED:
        return MessageRefusedError(
            f"SES will never take this e-mail ({code}): look at its address and sender"
        )
    # A paused account, a missing grant: whatever it is, the message was turned away.
    if status < _SERVER_ERROR:
        trouble = f"SES does not send now ({code}): look at the account's sending status and at our role"
        return ChannelUnavailableError(trouble)
    return error


def _text(text: str) -> Any:
    return {"Data": text, "Charset": "UTF-8"}
