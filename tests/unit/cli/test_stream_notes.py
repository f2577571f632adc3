"""Changes that were given up are read from the stream again and told, or their note stays."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from escalera_cli.dead_letters import DeadLetter, StaysError
from escalera_cli.stream_notes import to_function

AT = datetime(2026, 11, 3, 17, 12, tzinfo=UTC)


class Streams:
    """A shard of changes 100, 101, ... of which those before `kept_from` are gone; every second page is empty."""

    def __init__(self, *, count: int = 250, kept_from: int = 100, size: int = 1) -> None:
        self.changes = [self.change(100 + number, size) for number in range(count)]
        self.kept_from = kept_from
        self.pages = 0

    def change(self, number: int, size: int) -> dict[str, Any]:
        told = {"SequenceNumber": str(number), "ApproximateCreationDateTime": AT}
        return {"eventName": "INSERT", "dynamodb": {**told, "NewImage": {"pk": {"S": "x" * size}}}}

    def get_shard_iterator(self, *, StreamArn, ShardId, ShardIteratorType, SequenceNumber):  # noqa: N803
        assert (StreamArn, ShardId, ShardIteratorType) == ("stream", "shard", "AT_SEQUENCE_NUMBER")
        if int(SequenceNumber) < self.kept_from:
            raise ClientError({"Error": {"Code": "TrimmedDataAccessException"}}, "GetShardIterator")
        return {"ShardIterator": SequenceNumber}

    def get_records(self, *, ShardIterator, Limit):  # noqa: N803
        self.pages += 1
        start = int(ShardIterator) - 100
        found = [] if self.pages % 2 else self.changes[start : start + Limit]
        ended = start + len(found) >= len(self.changes)
        return {"Records": found} | ({} if ended else {"NextShardIterator": str(100 + start + len(found))})


class Functions:
    """Takes note of what it is given."""

    def __init__(self, answer: dict[str, Any] | None = None, **rest: str) -> None:
        self.answer = json.dumps(answer or {"batchItemFailures": []}).encode()
        self.rest = rest
        self.batches: list[list[dict[str, Any]]] = []

    def invoke(self, *, FunctionName, Payload):  # noqa: N803
        assert FunctionName == "publish"
        self.batches.append(json.loads(Payload)["Records"])
        return {"Payload": io.BytesIO(self.answer), **self.rest}

    def told(self) -> list[int]:
        return [int(one["dynamodb"]["SequenceNumber"]) for batch in self.batches for one in batch]


def note(first: int = 100, last: int = 349) -> str:
    sequence = {"startSequenceNumber": str(first), "endSequenceNumber": str(last)}
    info = {"streamArn": "stream", "shardId": "shard", "batchSize": 2, **sequence}
    when = {"approximateArrivalOfFirstRecord": "2026-11-03T17:12:00Z"}
    condition = {"requestContext": {"condition": "RetryAttemptsExhausted"}}
    return json.dumps({**condition, "DDBStreamBatchInfo": {**info, **when}})


def tell(streams, functions, body):
    letter = DeadLetter(id="1", receipt="r", body=body, reason="", first_sent=AT, attributes={})
    to_function(streams, functions, "publish")(letter, body)


@pytest.mark.parametrize(("first", "last"), [(100, 349), (120, 121), (349, 349), (100, 200)])
def test_noted_changes_and_no_others_are_told_in_order(first, last):
    functions = Functions()
    tell(Streams(), functions, note(first, last))
    assert functions.told() == list(range(first, last + 1))
    assert all(len(batch) <= 100 for batch in functions.batches)


def test_changes_are_handed_over_as_lambda_does():
    functions = Functions()
    tell(Streams(), functions, note(100, 100))
    [[record]] = functions.batches
    assert record["dynamodb"]["ApproximateCreationDateTime"] == AT.timestamp()
    assert record["dynamodb"]["NewImage"] == {"pk": {"S": "x"}}


def test_calls_stay_smaller_than_lambda_takes():
    functions = Functions()
    tell(Streams(count=20, size=400_000), functions, note(100, 119))
    assert functions.told() == list(range(100, 120))
    assert max(len(json.dumps(batch)) for batch in functions.batches) < 6_000_000


@pytest.mark.parametrize(
    ("streams", "functions", "body", "says"),
    [
        (Streams(kept_from=101), Functions(), note(), "24 hours"),
        (Streams(count=3), Functions(), note(), "ended before the last"),
        (Streams(), Functions({"errorType": "KeyError"}, FunctionError="Unhandled"), note(), "KeyError"),
        (
            Streams(),
            Functions({"batchItemFailures": [{"itemIdentifier": "101"}]}),
            note(100, 101),
            "1 of 2 changes",
        ),
        (Streams(), Functions(), "{}", "no note of changes"),
        (Streams(), Functions(), "torn", "no note of changes"),
    ],
    ids=["gone", "cut short", "failed", "told in part", "another note", "no JSON"],
)
def test_note_stays_where_not_all_could_be_told(streams, functions, body, says):
    with pytest.raises(StaysError, match=says):
        tell(streams, functions, body)


@pytest.fixture
def noted(stack):
    url = boto3.client("sqs").get_queue_url(QueueName="missed")["QueueUrl"]
    boto3.client("sqs").send_message(QueueUrl=url, MessageBody=note(100, 101))


def test_note_is_listed_by_what_it_stands_for(escalera, noted):
    listed = escalera("redrive", "publish_changes", "--stage", "dev").output
    assert "2 changes, the first of 2026-11-03T17:12:00Z" in listed
    assert "RetryAttemptsExhausted" in listed


def test_note_cannot_be_mended_by_hand(escalera, noted):
    result = escalera("redrive", "publish_changes", "--stage", "dev", "--edit")
    assert result.exit_code == 2
    assert "--all" in result.output
