"""State machines that send: SES and SNS as Step Functions calls them, by the requests and errors of the SDK."""

import json
from functools import cache
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode

from botocore import parsers, serialize
from botocore.awsrequest import HeadersDict
from botocore.model import OperationModel, Shape
from botocore.session import get_session
from ministack import app
from ministack.services import ses_v2, stepfunctions

from .registry import mend
from .settings import Settings


class Sending(NamedTuple):
    """How an integration is called: what Step Functions calls the service, whose models describe it, who answers."""

    prefix: str
    service: str
    operation: str


SENDINGS = {
    "arn:aws:states:::aws-sdk:sesv2:sendEmail": Sending("SesV2", "sesv2", "SendEmail"),
    "arn:aws:states:::aws-sdk:sns:publish": Sending("Sns", "sns", "Publish"),
}


@cache
def operation(sending: Sending) -> OperationModel:
    """Give the operation's model, as botocore has it."""
    return get_session().get_service_model(sending.service).operation_model(sending.operation)


def send(sending: Sending, data: dict[str, Any]) -> Any:
    """Call the service with these parameters; fail as Step Functions does."""
    model = operation(sending)
    protocol = model.service_model.metadata["protocol"]
    request = serialize.create_serializer(protocol).serialize_to_request(data, model)
    body = request["body"]
    content = urlencode(body).encode() if isinstance(body, dict) else bytes(body)
    headers = {name.lower(): str(value) for name, value in request["headers"].items()}
    handler = ses_v2.handle_request if sending.service == "sesv2" else app.SERVICE_HANDLERS[sending.service]
    status, told, answer = app.call_service_handler_sync(
        handler, request["method"], request["url_path"], headers, content, {}
    )
    raw = answer if isinstance(answer, bytes) else str(answer).encode()
    response = {"status_code": status, "headers": HeadersDict(told), "body": raw}
    parsed = parsers.create_parser(protocol).parse(response, cast("Shape", model.output_shape))
    if status < 300:
        return {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
    raise stepfunctions._ExecutionError(*refusal(sending, status, parsed["Error"]))


def refusal(sending: Sending, status: int, error: dict[str, str]) -> tuple[str, str]:
    """Give error and cause as the SDK for Java names them: errors without a model go by the service's own name."""
    codes = {
        shape.metadata.get("error", {}).get("code", shape.name): shape.name
        for shape in operation(sending).error_shapes
    }
    name = codes.get(error.get("Code", ""), f"{sending.prefix}Exception")
    named = name if name.endswith("Exception") else f"{name}Exception"
    cause = (
        f"{error.get('Message', '')} (Service: {sending.prefix}, Status Code: {status}, Request ID: local)"
    )
    return f"{sending.prefix}.{named}", cause


@mend(
    "aws-sdk:sesv2 is unknown, aws-sdk:sns:publish loses a text's attributes, and no error tells its status",
    {"services.stepfunctions._invoke_aws_sdk_integration": "59a970e1a7c0"},
)
def send_from_state_machines(_: Settings) -> None:
    """Take e-mails and texts from state machines."""
    upstream = stepfunctions._invoke_aws_sdk_integration

    def invoke(resource: str, data: Any) -> Any:
        sending = SENDINGS.get(resource)
        return upstream(resource, data) if sending is None else send(sending, data)

    stepfunctions._invoke_aws_sdk_integration = invoke


@mend(
    "executions of Express state machines are kept, with all that they were told, though AWS keeps no history of them",
    {"services.stepfunctions._start_sync_execution": "8600470a0208"},
)
def keep_no_history_of_express(_: Settings) -> None:
    """Forget a synchronous execution once it is over."""
    upstream = stepfunctions._start_sync_execution

    def start(data: dict[str, Any]) -> Any:
        answer = upstream(data)
        stepfunctions._executions.pop(json.loads(answer[2]).get("executionArn"), None)
        return answer

    stepfunctions._start_sync_execution = start
