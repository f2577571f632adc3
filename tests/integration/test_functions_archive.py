"""Every change of the table reaches the archive, whole; and a restored record is no news to anybody."""

import gzip
import json
from typing import Any

import boto3
import pytest

from escalera.adapters.dynamodb.news import written
from escalera.adapters.dynamodb.records import RESTORED, SET_ASIDE, customer_record
from escalera.adapters.dynamodb.stream_records import content, read_line
from escalera.domain.customer import Customer
from escalera.domain.record_history import Removal
from escalera.domain.vocabulary import CustomerId
from tests.support.functions import invoke

TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/customers/stream/2026-03-01T00:00:00.000"
EVE = customer_record(Customer(CustomerId("eve"), version=3))
BY_LIFETIME = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def entry(number: int, new: Any = None, old: Any = None, **more: Any) -> dict[str, Any]:
    item = new or old
    change: dict[str, Any] = {
        "Keys": {name: item[name] for name in ("pk", "sk")},
        "SequenceNumber": f"10000000000{number}",
        "ApproximateCreationDateTime": 1772445600 + number,
        **({"NewImage": new} if new else {}),
        **({"OldImage": old} if old else {}),
    }
    name = "REMOVE" if new is None else "MODIFY" if old else "INSERT"
    return {"eventName": name, "eventSourceARN": TABLE, "dynamodb": change, **more}


@pytest.fixture
def bucket(cloud, monkeypatch) -> Any:
    s3: Any = boto3.resource("s3", region_name="eu-west-1")
    found = s3.create_bucket(Bucket="archive", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    monkeypatch.setenv("RECORD_ARCHIVE", "archive")
    return found


def archived(bucket: Any, folder: str) -> dict[str, bytes]:
    return {one.key: one.get()["Body"].read() for one in bucket.objects.filter(Prefix=folder)}


def test_batch_is_kept_whole_under_its_time_and_place_and_kept_again_it_is_the_same_file(bucket):
    batch = {"Records": [entry(1, EVE), entry(2, {**EVE, "version": {"N": "4"}}, EVE)]}
    assert invoke("archive_records", batch) == {"batchItemFailures": []}
    first = archived(bucket, "")
    assert list(first) == [
        "records/2026/03/02/100002/2026-03-01T000000.000/100000000001-100000000002.json.gz"
    ]
    [lines] = [gzip.decompress(one).splitlines() for one in first.values()]
    told = list(map(read_line, lines))
    assert [one.image for one in told] == [content(EVE), content({**EVE, "version": {"N": "4"}})]
    assert [one.begins for one in told] == [True, False]

    invoke("archive_records", batch)
    assert archived(bucket, "") == first


def test_removal_that_nobody_explains_is_noted_and_those_of_our_own_are_not(bucket):
    name = {"pk": {"S": "NAME#ev"}, "sk": {"S": "eve#eve"}}
    explained = [
        entry(1, None, EVE, userIdentity=BY_LIFETIME),
        entry(2, None, name),
        entry(3, None, {**EVE, SET_ASIDE: {"S": "r"}}),
    ]
    invoke("archive_records", {"Records": explained})
    assert archived(bucket, "removals/") == {}

    invoke("archive_records", {"Records": [entry(4, None, EVE)]})
    [(noted, body)] = archived(bucket, "removals/").items()
    assert noted.startswith("removals/2026/03/02/100004/")
    assert json.loads(body)["records"] == 1


def test_removal_read_from_the_stream_itself_is_understood_as_well():
    read = read_line(
        json.dumps(entry(1, None, EVE, userIdentity={"PrincipalId": "dynamodb.amazonaws.com"})).encode()
    )
    assert (read.removal, read.former) == (Removal.EXPIRED, content(EVE))


def test_restored_record_is_no_news_but_a_later_update_that_keeps_its_mark_is():
    restored = {**EVE, RESTORED: {"S": "r1"}}
    assert written(None, restored).after is None
    updated = written(restored, {**restored, "version": {"N": "4"}})
    assert updated.told
    assert updated.after is not None
    assert written(restored, {**EVE, RESTORED: {"S": "r2"}}).after is None, "restored once more"
