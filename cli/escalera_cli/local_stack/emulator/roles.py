"""AUTH=true: what the services do on a role's behalf needs that role's grant, as in the cloud."""

import logging
import time
from collections.abc import Iterator
from typing import Any

from ministack import app
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import eventbridge, lambda_svc, stepfunctions

from .permissions import resources_of_send
from .registry import mend
from .settings import Settings
from .stepfunctions import current

logger = logging.getLogger("escalera")

# How long a verdict is trusted: the pollers ask many times a second.
TRUSTED_SECONDS = 0.5

READING = {
    "sqs": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "dynamodb": ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"),
}

verdicts: dict[tuple[str, str, str, tuple[str, ...]], tuple[float, bool]] = {}


def region_of(resource: str) -> str:
    """Give the region of a resource; a telephone number has none of its own."""
    parts = resource.split(":")
    return parts[3] if len(parts) > 3 else get_region()


def may(role: str, action: str, resource: str, touched: tuple[str, ...] = ()) -> bool:
    """Say whether a role's policies allow an action on a resource; `touched`: the attributes of a record it names."""
    if not app.AUTH:
        return True
    key = (role, action, resource, touched)
    until, verdict = verdicts.get(key, (0.0, False))
    if until < time.monotonic():
        account = role.split(":")[4]
        context = iam_evaluator.EvalContext(
            principal_arn=role,
            principal_type="AssumedRole",
            principal_account=account,
            action=action,
            resource_arn=resource,
            region=region_of(resource),
            # The evaluator looks keys up in lower case.
            service_context={"dynamodb:attributes": list(touched)} if touched else {},
        )
        policies = iam_evaluator._gather_role_policies(role.rsplit("/", 1)[-1], account)
        allowed = iam_evaluator.evaluate(context, policies).decision == "Allow"
        if verdict and not allowed:
            logger.warning("%s may not %s on %s", role, action, resource)
        verdict = allowed
        verdicts[key] = (time.monotonic() + TRUSTED_SECONDS, verdict)
    return verdict


def may_read(esm: dict[str, Any]) -> bool:
    """Say whether a mapping's function may read its source."""
    source = str(esm.get("EventSourceArn", ""))
    _, config = lambda_svc._get_func_record_for_qualifier(esm["FunctionName"], esm.get("Qualifier"))
    actions = READING.get(source.split(":")[2], ()) if source.count(":") > 4 else ()
    return config is None or all(may(config["Role"], action, source) for action in actions)


@mend(
    "queues and streams are read for a function whatever its role may do",
    {"services.lambda_svc._iter_all_esms": "7db06c0627a5"},
)
def read_sources_by_the_functions_role(_: Settings) -> None:
    """Leave out the mappings whose function may not read its source."""
    upstream = lambda_svc._iter_all_esms

    def mappings() -> Iterator[tuple[str, str, dict[str, Any]]]:
        for account, region, esm in upstream():
            account_token = lambda_svc._request_account_id.set(account)
            region_token = lambda_svc._request_region.set(region)
            try:
                readable = may_read(esm)
            finally:
                lambda_svc._request_account_id.reset(account_token)
                lambda_svc._request_region.reset(region_token)
            if readable:
                yield account, region, esm

    lambda_svc._iter_all_esms = mappings


@mend(
    "a state machine calls any function whatever its role may do",
    {"services.stepfunctions._call_lambda": "25830369b126"},
)
def call_functions_by_the_machines_role(_: Settings) -> None:
    """Fail the task when the state machine's role may not invoke the function."""
    upstream = stepfunctions._call_lambda

    def call(function: str, event: Any) -> Any:
        run = current.get()
        machine = stepfunctions._state_machines.get(run.machine) if run else None
        _, config, _ = lambda_svc._get_func_record_for_ref(function)
        if machine and config and not may(machine["roleArn"], "lambda:InvokeFunction", config["FunctionArn"]):
            cause = f"{machine['roleArn']} is not authorized to perform: lambda:InvokeFunction on {function}"
            raise stepfunctions._ExecutionError("Lambda.AWSLambdaException", cause)
        return upstream(function, event)

    stepfunctions._call_lambda = call


def asked_of(resource: str, data: dict[str, Any]) -> list[tuple[str, str]]:
    """Give the actions on resources that a state machine's own call of a service needs; none: not judged here."""
    export = f"arn:aws:s3:::{data.get('S3Bucket')}/{data.get('S3Prefix')}/AWSDynamoDB/manifest-summary.json"
    table = f"arn:aws:dynamodb:{get_region()}:{get_account_id()}:table/{data.get('TableName')}"
    if resource.endswith("aws-sdk:sesv2:sendEmail"):
        return [("ses:SendEmail", one) for one in resources_of_send(data)]
    return {
        "dynamodb:updateItem": [("dynamodb:UpdateItem", table)],
        # A telephone number is no resource: AWS judges it by its own text.
        "aws-sdk:sns:publish": [("sns:Publish", str(data.get("PhoneNumber")))],
        "dynamodb:putItem": [("dynamodb:PutItem", table)],
        "dynamodb:getItem": [("dynamodb:GetItem", table)],
        "aws-sdk:dynamodb:exportTableToPointInTime": [
            ("dynamodb:ExportTableToPointInTime", str(data.get("TableArn"))),
            ("s3:PutObject", export),
            ("s3:AbortMultipartUpload", export),
        ],
        "aws-sdk:dynamodb:describeExport": [("dynamodb:DescribeExport", str(data.get("ExportArn")))],
        "aws-sdk:sfn:describeExecution": [("states:DescribeExecution", str(data.get("ExecutionArn")))],
    }.get(resource.removeprefix("arn:aws:states:::"), [])


def error_of_denial(resource: str) -> str:
    """Give the name under which a state machine sees that its role may not make this call."""
    if ":::dynamodb:" in resource:
        return "DynamoDB.AmazonDynamoDBException"
    service = resource.rsplit(":", 2)[1]
    # Where the SDK has no model for an error, it goes by the name of the service.
    return {"sesv2": "SesV2.SesV2Exception", "sns": "Sns.AuthorizationErrorException"}.get(
        service, "DynamoDb.AccessDeniedException"
    )


def touched_by(data: dict[str, Any]) -> tuple[str, ...]:
    """Give the attributes of a record that an update names, its key's among them."""
    return tuple(sorted({*data.get("Key", {}), *data.get("ExpressionAttributeNames", {}).values()}))


def refuse_unless(asked: list[tuple[str, str]], error: str, touched: tuple[str, ...] = ()) -> None:
    """Fail the state with this error when the role of the execution's state machine may not do all of it."""
    run = current.get()
    machine = stepfunctions._state_machines.get(run.machine) if run else None
    role = machine["roleArn"] if machine else None
    for action, resource in asked:
        if role and not may(role, action, resource, touched):
            cause = f"{role} is not authorized to perform: {action} on {resource}"
            status = f"(Service: {error.partition('.')[0]}, Status Code: 403, Request ID: local)"
            raise stepfunctions._ExecutionError(error, f"{cause} {status}")


@mend(
    "a state machine's own calls of services, and its distributed maps, need no grant of its role",
    {
        "services.stepfunctions._invoke_resource": "a85d2be9a858",
        "services.stepfunctions._run_distributed_map": "2b77d3ec0e04",
        "services.stepfunctions._read_map_items": "b846851544b8",
    },
)
def call_services_by_the_machines_role(_: Settings) -> None:
    """Judge the calls that Escalera's state machines make themselves."""
    invoke, distribute = stepfunctions._invoke_resource, stepfunctions._run_distributed_map
    read = stepfunctions._read_map_items

    def invoke_resource(resource: str, data: Any) -> Any:
        if isinstance(data, dict):
            touched = touched_by(data) if resource.endswith("updateItem") else ()
            refuse_unless(asked_of(resource, data), error_of_denial(resource), touched)
        return invoke(resource, data)

    def run_distributed_map(state: Any, *rest: Any) -> Any:
        execution = rest[3]  # after the input, raw and effective, and the iterator
        refuse_unless([("states:StartExecution", execution["stateMachineArn"])], "States.Permissions")
        return distribute(state, *rest)

    def read_map_items(reader: dict[str, Any], effective: Any, ctx: Any) -> Any:
        given = reader.get("Parameters") or reader.get("Arguments") or {}
        found = stepfunctions._resolve_params_obj(given, effective, ctx)
        if "Key" in found:
            asked = [("s3:GetObject", f"arn:aws:s3:::{found['Bucket']}/{found['Key']}")]
        else:
            asked = [("s3:ListBucket", f"arn:aws:s3:::{found['Bucket']}")]
        refuse_unless(asked, "States.ItemReaderFailed")
        return read(reader, effective, ctx)

    stepfunctions._invoke_resource = invoke_resource
    stepfunctions._run_distributed_map = run_distributed_map
    stepfunctions._read_map_items = read_map_items


@mend(
    "a rule starts any state machine whatever its target's role may do",
    {
        "services.eventbridge._invoke_target": "550e304af080",
        "services.eventbridge._dispatch_to_sqs": "eb75981283a2",
    },
)
def start_machines_by_the_rules_role(_: Settings) -> None:
    """Hand the event to the target's dead-letter queue when its role may not start the state machine."""
    upstream = eventbridge._invoke_target

    def invoke(target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any], view: Any = None) -> None:
        arn, role = str(target.get("Arn", "")), target.get("RoleArn")
        if ":states:" not in arn or not role or may(role, "states:StartExecution", arn):
            upstream(target, event, rule, view)
        elif dead := (target.get("DeadLetterConfig") or {}).get("Arn"):
            payload = (view or eventbridge._pattern_event_view(event)).event_with_detail()
            eventbridge._dispatch_to_sqs(eventbridge.parse_arn(dead), eventbridge.json.dumps(payload))

    eventbridge._invoke_target = invoke
