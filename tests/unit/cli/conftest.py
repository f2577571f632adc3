"""A deployed stack in this process (moto), and the command line to speak to it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from typer.testing import CliRunner, Result

from escalera_cli.main import app

ROOT = Path(__file__).parents[3]
Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are not broken at the width of whoever runs the tests."""
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.delenv("ESCALERA_STAGE", raising=False)


@pytest.fixture
def escalera() -> Run:
    """Run a command as an operator would."""
    return lambda *words, **options: CliRunner().invoke(app, [str(word) for word in words], **options)


class CloudFormation:
    """Knows one stack, `escalera-dev`. (moto's own wants packages that nothing else here needs.)"""

    meta = SimpleNamespace(region_name="eu-west-1")

    def __init__(self, outputs: dict[str, str]) -> None:
        self.outputs = outputs

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        if StackName != "escalera-dev":
            text = f"Stack with id {StackName} does not exist"
            raise ClientError({"Error": {"Code": "ValidationError", "Message": text}}, "DescribeStacks")
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self.outputs.items()]
        return {"Stacks": [{"Outputs": outputs}]}


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A stack `escalera-dev` with a bus, a table, and a function's inbox and dead letters."""
    with mock_aws():
        boto3.client("events").create_event_bus(Name="shop-bus")
        sqs = boto3.client("sqs")
        urls = {
            name: sqs.create_queue(QueueName=name)["QueueUrl"]
            for name in ("inbox", "dead", "missed", "not-called", "not-started", "unknown")
        }
        names: dict[str, Any] = {"pk": "HASH", "sk": "RANGE"}
        boto3.client("dynamodb").create_table(
            TableName="customers",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in names.items()],
        )
        outputs = {
            "BusName": "shop-bus",
            "TableName": "customers",
            "InboxOnPurchaseCompleted": urls["inbox"],
            "DeadLettersOnPurchaseCompleted": urls["dead"],
            "DeadLettersPublishChanges": urls["missed"],
            "DeadLettersSchedules": urls["not-called"],
            "FunctionPublishChanges": "publish_changes",
            "DeadLettersJourneys": urls["not-started"],
            "DeadLettersUnknownEvents": urls["unknown"],
        }
        real = boto3.client
        monkeypatch.setattr(
            boto3,
            "client",
            lambda service, **options: (
                CloudFormation(outputs) if service == "cloudformation" else real(service, **options)
            ),
        )
        yield


@pytest.fixture
def bus_hears(stack: None) -> Callable[[], list[dict[str, Any]]]:
    """What arrived on the bus, in order."""
    events, sqs = boto3.client("events"), boto3.client("sqs")
    url = sqs.create_queue(QueueName="ear")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="all", EventBusName="shop-bus", EventPattern='{"source": ["shop"]}')
    events.put_targets(Rule="all", EventBusName="shop-bus", Targets=[{"Id": "ear", "Arn": arn}])

    def heard() -> list[dict[str, Any]]:
        found = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            found += [json.loads(message["Body"]) for message in messages]
        return found

    return heard


@pytest.fixture
def purchase() -> dict[str, Any]:
    """A right event."""
    detail = json.loads((ROOT / "events/PurchaseCompleted/v1.example.json").read_text())
    return {"source": "shop", "detail-type": "PurchaseCompleted", "detail": detail}
