"""The little template: how to deploy it, and short ways to use what it made."""

import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import boto3
import pytest

from escalera_cli.local_stack import LocalStack

T = TypeVar("T")
HERE = Path(__file__).parent

GRANTS: dict[str, list[str]] = {
    "step": ["dynamodb:PutItem", "dynamodb:Query"],
    "check": ["dynamodb:ConditionCheckItem"],
    "batch": ["dynamodb:BatchGetItem"],
    "mail": ["ses:SendEmail", "ses:SendRawEmail"],
    "text": ["sns:Publish"],
    "token": ["states:SendTaskSuccess"],
    "stop": ["states:StopExecution"],
    "event": ["events:PutEvents"],
    "bury": ["sqs:SendMessage"],
    "keys": ["secretsmanager:GetSecretValue"],
    "receive": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    "publish": ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"],
    "run": ["lambda:InvokeFunction"],
    "start": ["states:StartExecution"],
    "turn": ["dynamodb:PutItem"],
    "export": ["dynamodb:ExportTableToPointInTime"],
    "export-files": ["s3:PutObject", "s3:AbortMultipartUpload"],
    "describe": ["dynamodb:DescribeExport"],
    "distribute": ["states:StartExecution"],
    "manifest": ["s3:GetObject"],
}
ROLES = {
    "receive": "ReceiveRole",
    "publish": "PublishRole",
    "run": "MachineRole",
    "start": "RuleRole",
    **dict.fromkeys(("turn", "export", "export-files", "describe", "distribute", "manifest"), "NightRole"),
}


def zipped(folder: Path) -> bytes:
    """Zip a folder's Python files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in folder.rglob("*.py"):
            archive.write(path, path.relative_to(folder))
    return content.getvalue()


def wait_until(find: Callable[[], T], what: str, within: float = 10) -> T:
    """Give what `find` finds once it finds something."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if found := find():
            return found
        time.sleep(0.02)
    pytest.fail(f"{what} did not happen within {within} s")


@dataclass(frozen=True)
class Probe:
    """The deployed template and short ways to use it."""

    stack: LocalStack
    outputs: dict[str, str]

    def client(self, service: str) -> Any:
        """Give an administrator's client."""
        return boto3.client(service, **self.stack.client_options())  # type: ignore[call-overload]

    def call(self, do: str, **event: Any) -> Any:
        """Invoke the step function; give its answer, or its error as `{"errorType": ...}`."""
        payload = json.dumps({"do": do, **event})
        answer = self.client("lambda").invoke(FunctionName=self.outputs["Step"], Payload=payload)
        return json.loads(answer["Payload"].read())

    def kept(self, key: str) -> list[dict[str, str]]:
        """Give what the handlers wrote down under a key."""
        found = self.client("dynamodb").query(
            TableName=self.outputs["Table"],
            KeyConditionExpression="pk = :k",
            ExpressionAttributeValues={":k": {"S": key}},
        )
        return [{name: value["S"] for name, value in item.items()} for item in found["Items"]]

    def receive(self, queue: str) -> list[Any]:
        """Take all messages that are in a queue."""
        client, bodies = self.client("sqs"), []
        while found := client.receive_message(QueueUrl=self.outputs[queue], MaxNumberOfMessages=10).get(
            "Messages"
        ):
            bodies += [json.loads(message["Body"]) for message in found]
            for message in found:
                client.delete_message(QueueUrl=self.outputs[queue], ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def put_events(self, *details: dict[str, Any], name: str = "PurchaseCompleted") -> None:
        """Put events on the bus, as the shop."""
        for at in range(0, len(details), 10):
            self.client("events").put_events(
                Entries=[
                    {
                        "EventBusName": self.outputs["Bus"],
                        "Source": "shop",
                        "DetailType": name,
                        "Detail": json.dumps(detail),
                    }
                    for detail in details[at : at + 10]
                ]
            )

    def run(self, **given: Any) -> str:
        """Start the state machine."""
        data = {"seconds": 0, "do": "environment", "await": "token", "run": uuid.uuid4().hex, **given}
        started = self.client("stepfunctions").start_execution(
            stateMachineArn=self.outputs["Machine"], input=json.dumps(data)
        )
        return str(started["executionArn"])

    def ended(self, execution: str, within: float = 10) -> Any:
        """Wait for an execution's end and describe it."""
        client = self.client("stepfunctions")

        def look() -> Any:
            found = client.describe_execution(executionArn=execution)
            return found if found["status"] != "RUNNING" else None

        return wait_until(look, "the execution's end", within)

    def grant(self, name: str) -> None:
        """Grant one of GRANTS to its role, the step function's unless ROLES names another."""
        mail = [
            f"arn:aws:ses:{self.stack.region}:{self.stack.account}:identity/shop.example.com",
            f"arn:aws:ses:{self.stack.region}:{self.stack.account}:configuration-set/sending",
        ]
        own = {"mail": mail, "token": [self.outputs["Machine"]], "keys": [self.outputs["Keys"]]}
        resources = own.get(name, ["*"])
        statement = {"Effect": "Allow", "Action": GRANTS[name], "Resource": resources}
        self.client("iam").put_role_policy(
            RoleName=self.outputs[ROLES.get(name, "StepRole")],
            PolicyName=name,
            PolicyDocument=json.dumps({"Statement": [statement]}),
        )


def deploy_template(stack: LocalStack) -> dict[str, str]:
    """Create the stack of template.yaml and give its outputs."""
    options = stack.client_options()
    store: Any = boto3.client("s3", **options)
    store.create_bucket(Bucket="code", CreateBucketConfiguration={"LocationConstraint": stack.region})
    store.put_object(Bucket="code", Key="code.zip", Body=zipped(HERE / "functions"))
    store.put_object(Bucket="code", Key="layer.zip", Body=zipped(HERE / "layer"))
    client = boto3.client("cloudformation", **options)
    client.create_stack(
        StackName="Probe",
        TemplateBody=(HERE / "template.yaml").read_text(),
        Parameters=[{"ParameterKey": "Bucket", "ParameterValue": "code"}],
        Capabilities=["CAPABILITY_IAM"],
    )

    def look() -> Any:
        found = client.describe_stacks(StackName="Probe")["Stacks"][0]
        return None if found["StackStatus"].endswith("IN_PROGRESS") else found

    found = wait_until(look, "the deployment", 30)
    assert found["StackStatus"] == "CREATE_COMPLETE", client.describe_stack_events(StackName="Probe")[
        "StackEvents"
    ]
    return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}
