"""What a rebuild and a replay refuse: a gap in the archive, and a table that has lost records."""

import gzip
import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from escalera_cli.connection import Connection
from escalera_cli.endings import CommandError
from escalera_cli.rebuilding.archive import Export, RecordArchive
from escalera_cli.rebuilding.loss import refuse_loss

STREAM = "2026-03-01T000000.000"
EVE = {"pk": {"S": "CUSTOMER#eve"}, "sk": {"S": "PROFILE"}}


@pytest.fixture
def stack(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        keys: dict[str, Any] = {"pk": "HASH", "sk": "RANGE"}
        boto3.client("dynamodb").create_table(
            TableName="customers",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
        )
        for name in ("archive", "nights"):
            boto3.client("s3").create_bucket(
                Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
            )
        dead = boto3.client("sqs").create_queue(QueueName="dead")["QueueUrl"]
        outputs = {
            "TableName": "customers",
            "RecordArchive": "archive",
            "NightFiles": "nights",
            "DeadLettersArchiveRecords": dead,
        }
        monkeypatch.setattr(RecordArchive, "_stream", lambda _: STREAM)
        yield Connection("dev", outputs, boto3.client)


def keep(key: str, *lines: Any) -> None:
    body = gzip.compress("\n".join(map(json.dumps, lines)).encode())
    boto3.client("s3").put_object(Bucket="archive", Key=key, Body=body)


def inserted(number: int) -> dict[str, Any]:
    change = {
        "Keys": EVE,
        "NewImage": EVE,
        "SequenceNumber": str(number),
        "ApproximateCreationDateTime": number,
    }
    return {"eventName": "INSERT", "eventSourceARN": f"x/stream/{STREAM}", "dynamodb": change}


def test_table_that_was_never_used_has_lost_nothing(stack):
    refuse_loss(stack)


def test_replay_is_refused_on_a_table_without_customers_of_whom_the_archive_knows(stack):
    keep(f"records/2026/03/02/100000/{STREAM}/1-1.json.gz", inserted(1))
    with pytest.raises(CommandError, match="escalera rebuild --stage dev") as refused:
        refuse_loss(stack)
    assert refused.value.code == 1
    refuse_loss(stack, anyway=True)


def test_replay_is_refused_after_a_removal_by_hand_until_a_rebuild(stack):
    boto3.client("dynamodb").put_item(TableName="customers", Item=EVE)
    keep(f"records/2026/03/02/100000/{STREAM}/1-1.json.gz", inserted(1))
    refuse_loss(stack)
    keep("removals/2026/03/02/110000/2-2.json")
    with pytest.raises(CommandError, match="removed from the table by hand"):
        refuse_loss(stack)
    RecordArchive(stack).note_rebuild(datetime(2026, 3, 2, 12, tzinfo=UTC), {})
    refuse_loss(stack)


def test_replay_is_refused_on_a_table_that_replaced_another(stack):
    boto3.client("dynamodb").put_item(TableName="customers", Item=EVE)
    keep("records/2026/03/02/100000/2026-01-01T000000.000/1-1.json.gz", inserted(1))
    with pytest.raises(CommandError, match="younger than the archive"):
        refuse_loss(stack)


def test_gap_since_the_export_is_refused_by_its_times_and_one_from_before_is_not(stack):
    note = {
        "DDBStreamBatchInfo": {
            "shardId": "s",
            "approximateArrivalOfFirstRecord": "2026-03-02T08:00:00Z",
            "approximateArrivalOfLastRecord": "2026-03-02T08:05:00Z",
        }
    }
    boto3.client("sqs").send_message(
        QueueUrl=stack.outputs["DeadLettersArchiveRecords"], MessageBody=json.dumps(note)
    )
    archive = RecordArchive(stack)
    archive.refuse_gap(Export(datetime(2026, 3, 2, 9, tzinfo=UTC), "nights", "x"))
    with pytest.raises(CommandError, match="2026-03-02 08:00:00 to 2026-03-02 08:05:00"):
        archive.refuse_gap(Export(datetime(2026, 3, 2, 3, tzinfo=UTC), "nights", "x"))


def test_archive_that_does_not_go_back_to_the_tables_beginning_needs_an_export(stack, monkeypatch):
    keep(f"records/2026/03/02/100000/{STREAM}/1-1.json.gz", inserted(1))
    archive = RecordArchive(stack)
    archive.refuse_gap(None)
    long_ago = SimpleNamespace(table={"CreationDateTime": datetime(2020, 1, 1, tzinfo=UTC)})
    monkeypatch.setattr(RecordArchive, "_table", lambda _: long_ago.table)
    with pytest.raises(CommandError, match="no export"):
        archive.refuse_gap(None)
