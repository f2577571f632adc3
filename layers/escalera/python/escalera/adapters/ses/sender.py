"""Hands e-mails to SES, each once."""

from email.utils import formataddr, parseaddr
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ParamValidationError

from escalera.adapters.handing_over import (
    NEVER_LEFT,
    ONE_ATTEMPT,
    SERVER_ERROR,
    Connect,
    hand_over,
    keep_back,
)
from escalera.contracts.tags import KEY_TAG, tag_value
from escalera.domain.errors import ChannelThrottledError, ChannelUnavailableError, MessageRefusedError
from escalera.ports.messages import Claim, OutgoingMessage

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import SendEmailRequestTypeDef

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


class SesEmailSender:
    """A `MessageSender` of e-mails; `sender` is the From address (RFC 5322), verified in SES."""

    def __init__(self, sender: str, configuration_set: str, connect: Connect) -> None:
        self._sender = formataddr(parseaddr(sender))  # SES wants the name in ASCII: RFC 2047 where it is not
        self._configuration_set = configuration_set
        self._connect = connect

    @cached_property
    def client(self) -> "SESV2Client":
        """The low-level client, made when first needed."""
        client: SESV2Client = self._connect("sesv2", ONE_ATTEMPT)
        keep_back(client, "SendEmail")
        return client

    def send(self, message: OutgoingMessage, *, claim: Claim) -> str | None:
        """Send once, if the claim is given; the answer is SES's message id, which its events carry."""
        client, request = self.client, self._request(message)
        answer = hand_over(lambda: client.send_email(**request), claim, _meaning)
        return None if answer is None else answer["MessageId"]

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


def _meaning(error: Exception) -> Exception:
    """The port's error for what was raised; the error itself where it stays unclear whether the message was taken."""
    if isinstance(error, ClientError):
        return _meaning_of_answer(error)
    if isinstance(error, ParamValidationError):
        return MessageRefusedError("SES cannot take this e-mail: a part of it is missing or malformed")
    if isinstance(error, NEVER_LEFT):
        trouble = f"SES could not be reached ({type(error).__name__}): the e-mail was not sent"
        return ChannelUnavailableError(trouble)
    return error


def _meaning_of_answer(error: ClientError) -> Exception:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
    if code in _THROTTLED:
        return ChannelThrottledError(f"SES asks us to slow down ({code}): the e-mail was not sent")
    if code in _REFUSED:
        return MessageRefusedError(
            f"SES will never take this e-mail ({code}): look at its address and sender"
        )
    # A paused account, a missing grant: whatever it is, the message was turned away.
    if status < SERVER_ERROR:
        trouble = f"SES does not send now ({code}): look at the account's sending status and at our role"
        return ChannelUnavailableError(trouble)
    return error


def _text(text: str) -> Any:
    return {"Data": text, "Charset": "UTF-8"}
