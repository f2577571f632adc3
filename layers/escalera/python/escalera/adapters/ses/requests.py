"""E-mails as SES takes them, and what its errors mean."""

from email.utils import formataddr, parseaddr
from typing import TYPE_CHECKING, Any

from escalera.contracts.tags import KEY_TAG, tag_value
from escalera.domain.errors import ChannelThrottledError, ChannelUnavailableError, MessageRefusedError
from escalera.ports.messages import OutgoingMessage

if TYPE_CHECKING:
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
        "MessageRejectedException",  # as the SDK for Java calls it
        "BadRequestException",
        "MailFromDomainNotVerifiedException",
        "NotFoundException",
        "ValidationException",
    }
)


class SesEmails:
    """Writes requests for SES; `sender` is the From address (RFC 5322), verified in SES."""

    def __init__(self, sender: str, configuration_set: str) -> None:
        self._sender = formataddr(parseaddr(sender))  # SES wants the name in ASCII: RFC 2047 where it is not
        self._configuration_set = configuration_set

    def request(self, message: OutgoingMessage) -> "SendEmailRequestTypeDef":
        """The e-mail as `SendEmail` takes it; its tags and its configuration set are what feedback is known by."""
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

    @staticmethod
    def turned_away(code: str) -> Exception:
        """What it means that SES turned an e-mail away with this error."""
        if code in _THROTTLED:
            return ChannelThrottledError(f"SES asks us to slow down ({code}): the e-mail was not sent")
        if code in _REFUSED:
            return MessageRefusedError(
                f"SES will never take this e-mail ({code}): look at its address and sender"
            )
        # A paused account, a missing grant: whatever it is, the e-mail was turned away.
        trouble = (
            f"SES does not send now ({code}): look at the account's sending status and at the dispatch's role"
        )
        return ChannelUnavailableError(trouble)


def _text(text: str) -> Any:
    return {"Data": text, "Charset": "UTF-8"}
