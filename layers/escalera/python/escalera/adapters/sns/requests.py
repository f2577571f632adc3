"""Text messages as SNS takes them, and what its errors mean."""

from typing import TYPE_CHECKING

from escalera.domain.errors import ChannelThrottledError, ChannelUnavailableError, MessageRefusedError
from escalera.domain.vocabulary import Purpose
from escalera.ports.messages import OutgoingMessage

if TYPE_CHECKING:
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef, PublishInputTypeDef

KEY_ATTRIBUTE = "escalera"
SMS_TYPE = "AWS.SNS.SMS.SMSType"
_THROTTLED = frozenset({"ThrottledException", "ThrottlingException", "TooManyRequestsException"})
_REFUSED = frozenset(
    {
        "InvalidParameterException",
        "InvalidParameterValueException",
        "ParameterValueInvalidException",
        "ValidationException",
        "OptedOutException",
        "EndpointDisabledException",
    }
)


class SnsTexts:
    """Writes requests for SNS, to E.164 numbers."""

    def request(self, message: OutgoingMessage) -> "PublishInputTypeDef":
        """The text as `Publish` takes it.

        `tags["purpose"]` decides between the two routes SNS has: service is transactional, all else promotional.
        """
        service = message.tags.get("purpose") == Purpose.SERVICE
        return {
            "PhoneNumber": message.to,
            "Message": message.content.text,
            "MessageAttributes": {
                SMS_TYPE: _attribute("Transactional" if service else "Promotional"),
                KEY_ATTRIBUTE: _attribute(message.key),
            },
        }

    @staticmethod
    def turned_away(code: str) -> Exception:
        """What it means that SNS turned a text away with this error."""
        if code in _THROTTLED:
            return ChannelThrottledError(f"SNS asks us to slow down ({code}): the text message was not sent")
        if code in _REFUSED:
            return MessageRefusedError(f"SNS will never take this text message ({code}): look at the number")
        # A missing grant, a spent budget: whatever it is, the text was turned away.
        trouble = f"SNS does not send now ({code}): look at the SMS settings and at the dispatch's role"
        return ChannelUnavailableError(trouble)


def _attribute(value: str) -> "MessageAttributeValueTypeDef":
    return {"DataType": "String", "StringValue": value}
