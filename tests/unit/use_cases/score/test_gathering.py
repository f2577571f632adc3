"""From the files of an export to whole customers, whatever order and file their records lie in."""

import json
from datetime import UTC, datetime

import pytest

from escalera.adapters.dynamodb.exports import DynamoDBExportReader, exported_line
from escalera.adapters.dynamodb.records import customer_record, fact_record
from escalera.adapters.memory import InMemoryNightFiles
from escalera.domain.customer import Customer
from escalera.domain.vocabulary import CustomerId
from escalera.use_cases.score.gather_histories import Gathered, gather_histories
from escalera.use_cases.score.histories import read_histories
from escalera.use_cases.score.nights import Night
from escalera.use_cases.score.plan_night import plan_night
from tests.fakes.export import write_export
from tests.fakes.facts import ANA, LUIS, NOON, a_message, a_promise, an_order

READER = DynamoDBExportReader()
DESCRIBED = {
    "ExportArn": "arn:aws:dynamodb:eu-west-1:123456789012:table/customers/export/01695-d6299cbd",
    "ExportTime": "2026-03-02T02:30:00.123Z",
    "ItemCount": 250_001,
    "ExportManifest": "said differently by different documents",
}


def records(*customers: Customer, facts=()) -> list[bytes]:
    return [exported_line(one) for one in (*map(customer_record, customers), *map(fact_record, facts))]


def gathered(lines, *, buckets=3, held_bytes=10**6):
    files = InMemoryNightFiles()
    night, names = write_export(files, lines, NOON, buckets=buckets)
    found = [
        gather_histories(night, name, files=files, export=READER, held_bytes=held_bytes) for name in names
    ]
    return night, files, found


def everybody(night, files):
    return [
        history
        for bucket in range(night.buckets)
        for history in read_histories(night, bucket, files=files, export=READER)
    ]


def test_night_is_planned_by_the_export():
    night = plan_night("nights/n1", DESCRIBED)
    assert night.as_of == datetime(2026, 3, 2, 2, 30, 0, 123000, tzinfo=UTC)
    assert night.buckets == 3
    assert night.manifest == "nights/n1/AWSDynamoDB/01695-d6299cbd/manifest-files.json"
    assert Night.from_json(json.loads(json.dumps(night.to_json()))) == night


@pytest.mark.parametrize(("items", "parts"), [(0, 1), (1, 1), (100_000, 1), (100_001, 2), (10**9, 400)])
def test_parts_follow_the_size_of_the_base_within_what_a_state_machine_can_list(items, parts):
    assert plan_night("n", {**DESCRIBED, "ItemCount": items}).buckets == parts


@pytest.mark.parametrize("named", ["nights/n1/AWSDynamoDB/x/data/a.json.gz", "AWSDynamoDB/x/data/a.json.gz"])
def test_data_file_is_found_whether_its_name_holds_the_prefix_or_not(named):
    night = Night("nights/n1", "nights/n1/AWSDynamoDB/x", NOON, 1)
    assert night.exported(named) == "nights/n1/AWSDynamoDB/x/data/a.json.gz"


def test_customer_is_whole_however_the_export_scattered_them():
    orders = [an_order(order=f"o-{number}", number=number) for number in range(1, 8)]
    lines = records(
        Customer(ANA, version=3), Customer(LUIS, version=1), facts=[*orders, a_promise(), an_order(LUIS)]
    )
    for rotated in (lines, lines[::-1], lines[3:] + lines[:3]):
        night, files, _ = gathered(rotated)
        ana, luis = sorted(everybody(night, files), key=lambda history: history.customer.id)
        assert (ana.customer.version, len(ana.orders), len(ana.promises)) == (3, 7, 1)
        assert (luis.customer.version, len(luis.orders)) == (1, 1)


def test_every_customer_is_in_one_part():
    customers = [Customer(CustomerId(f"c-{number}"), version=1) for number in range(200)]
    night, files, _ = gathered(records(*customers), buckets=7)
    parts = [
        [one.customer.id for one in read_histories(night, bucket, files=files, export=READER)]
        for bucket in range(7)
    ]
    assert all(parts), "none is empty"
    assert sorted(one for part in parts for one in part) == sorted(one.id for one in customers)


def test_only_what_scores_are_made_from_is_kept():
    identity = {"Item": {"pk": {"S": "IDENTITY#email#x"}, "sk": {"S": "IDENTITY"}, "customer_id": {"S": "a"}}}
    turn = {"Item": {"pk": {"S": "NIGHT"}, "sk": {"S": "TURN"}, "execution": {"S": "arn"}}}
    unknown = {"Item": {"pk": {"S": "CUSTOMER#ana"}, "sk": {"S": "FUTURE#1"}}}
    others = [json.dumps(one).encode() for one in (identity, turn, unknown)]
    lines = [*records(Customer(ANA, version=1), facts=[an_order(), a_message()]), *others]
    night, files, found = gathered(lines)
    assert (sum(one.kept for one in found), sum(one.passed_over for one in found)) == (2, 4)
    (ana,) = everybody(night, files)
    assert len(ana.orders) == 1


def test_file_larger_than_what_is_held_is_written_in_rounds_and_nothing_is_lost():
    orders = [an_order(order=f"o-{number}", number=number) for number in range(1, 101)]
    lines = records(Customer(ANA, version=1), facts=orders)
    night, files, _ = gathered(lines, buckets=1, held_bytes=2_000)
    assert len(files.names(night.histories(0))) > 10
    (ana,) = everybody(night, files)
    assert len(ana.orders) == 100


def test_file_gathered_twice_is_there_once():
    files = InMemoryNightFiles()
    night, names = write_export(files, records(Customer(ANA, version=1), facts=[an_order()]), NOON)
    for name in names * 2:
        gather_histories(night, name, files=files, export=READER)
    (ana,) = everybody(night, files)
    assert len(ana.orders) == 1


def test_empty_file_is_gathered_too():
    night, files, found = gathered([])
    assert found == [Gathered(0, 0)] * 4
    assert everybody(night, files) == []


def test_erased_customer_and_records_without_a_customer_are_left_out():
    lines = records(Customer(ANA, version=4, erased_at=NOON), facts=[an_order(), an_order(LUIS)])
    night, files, _ = gathered(lines)
    assert everybody(night, files) == []
