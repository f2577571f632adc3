"""SNS: texts to phone numbers are kept, and their delivery is logged as in the cloud."""

import json
from typing import Any

from ministack.services import cloudwatch_logs, sns

from .outbox import Outbox
from .registry import mend
from .settings import Settings

UNREACHABLE = "0404"


def log_delivery(record: dict[str, Any], settings: Settings) -> None:
    """Write the receipt that SNS writes, where a template has made the log group for it.

    A number that ends in UNREACHABLE gets a receipt of failure.
    """
    reached = not record["phone"].endswith(UNREACHABLE)
    group = f"sns/{sns.get_region()}/{sns.get_account_id()}/DirectPublishToPhoneNumber"
    group += "" if reached else "/Failure"
    if group not in cloudwatch_logs._log_groups:
        return
    response = (
        "Message has been accepted by phone carrier"
        if reached
        else "Phone is currently unreachable/unavailable"
    )
    entry = {
        "notification": {
            "messageId": record["message_id"],
            "timestamp": settings.now().strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
        },
        "delivery": {
            "phoneCarrier": "local",
            "mnc": 0,
            "numberOfMessageParts": 1,
            "destination": record["phone"],
            "priceInUSD": 0.0,
            "smsType": record["attributes"].get("AWS.SNS.SMS.SMSType", "Promotional"),
            "mcc": 0,
            "providerResponse": response,
            "dwellTimeMs": 1,
            "dwellTimeMsUntilDeviceAck": 1,
        },
        "status": "SUCCESS" if reached else "FAILURE",
    }
    stream = {"logGroupName": group, "logStreamName": record["message_id"]}
    cloudwatch_logs._create_log_stream(stream)
    cloudwatch_logs._put_log_events({**stream, "logEvents": [{"message": json.dumps(entry)}]})


@mend(
    "texts are kept in memory only and their delivery is never logged",
    {"services.sns._publish": "df41cb2faa09", "services.cloudwatch_logs._put_log_events": "acd4fda33a38"},
)
def keep_texts(settings: Settings) -> None:
    """Keep each text with its attributes in the outbox and log its delivery."""
    outbox = Outbox(settings.state / "outbox")
    upstream = sns._publish

    def publish(params: dict[str, Any]) -> Any:
        answer = upstream(params)
        phone = sns._p(params, "PhoneNumber")
        if answer[0] != 200 or not phone or sns._p(params, "TopicArn") or sns._p(params, "TargetArn"):
            return answer
        sent = sns._sms_log_for(phone)[-1]
        attributes = {
            name: value.get("StringValue", value.get("Value", ""))
            for name, value in (sent["MessageAttributes"] or {}).items()
        }
        record = {
            "message_id": sent["MessageId"],
            "at": settings.now().isoformat(),
            "phone": phone,
            "message": sent["Message"],
            "attributes": attributes,
        }
        outbox.keep_text(record)
        log_delivery(record, settings)
        return answer

    sns._publish = publish
