"""An export of the table: its files, its date, and what a state machine needs to be allowed for it."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.local_stack.probe import Probe
from tests.local_stack.test_permissions import without

MARCH = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def night(probe: Probe) -> Any:
    machine = probe.outputs["Night"]
    return probe.ended(
        probe.client("stepfunctions").start_execution(stateMachineArn=machine, input="{}")["executionArn"]
    )


def content(probe: Probe, key: str) -> bytes:
    found: bytes = probe.client("s3").get_object(Bucket=probe.outputs["Exports"], Key=key)["Body"].read()
    return found


def test_export_holds_every_item_once_in_files_that_its_manifest_names(probe: Probe) -> None:
    for number in range(9):
        item = {"pk": {"S": "export"}, "sk": {"S": str(number)}, "sum": {"N": "7"}}
        probe.client("dynamodb").put_item(TableName=probe.outputs["Table"], Item=item)
    ended = night(probe)
    output = json.loads(ended["output"])
    described = output["export"]["ExportDescription"]
    items = []
    for file in output["files"]:
        lines = gzip.decompress(content(probe, file["dataFileS3Key"])).splitlines()
        assert len(lines) == file["itemCount"]
        items += [json.loads(line)["Item"] for line in lines]
    ours = [item for item in items if item["pk"] == {"S": "export"}]
    assert sorted(item["sk"]["S"] for item in ours) == [str(number) for number in range(9)]
    assert all(item["sum"] == {"N": "7"} for item in ours)
    assert (described["ExportStatus"], described["ItemCount"]) == ("COMPLETED", len(items))
    assert described["ExportManifest"].startswith(f"runs/{ended['name']}/AWSDynamoDB/")
    assert len(output["files"]) > 1, "the items of one customer lie in several files"


def test_export_is_dated_by_the_simulated_clock(probe: Probe) -> None:
    probe.stack.set_clock(MARCH, 1)
    try:
        described = json.loads(night(probe)["output"])["export"]["ExportDescription"]
    finally:
        probe.stack.change(clock=None)
    assert described["ExportTime"].startswith("2026-03-02T03:00:0")


def test_export_without_point_in_time_recovery_is_refused_as_in_the_cloud(probe: Probe) -> None:
    database = probe.client("dynamodb")

    def recovery(*, on: bool) -> None:
        setting = {"PointInTimeRecoveryEnabled": on}
        database.update_continuous_backups(
            TableName=probe.outputs["Table"], PointInTimeRecoverySpecification=setting
        )

    recovery(on=False)
    try:
        ended = night(probe)
    finally:
        recovery(on=True)
    assert ended["error"] == "DynamoDb.PointInTimeRecoveryUnavailableException"


@pytest.mark.parametrize("grant", ["turn", "export", "export-files", "describe", "distribute", "manifest"])
def test_state_machine_stripped_of_one_grant_fails_at_just_that(probe: Probe, grant: str) -> None:
    with without(probe, grant):
        ended = night(probe)
    assert ended["status"] == "FAILED"
    assert "is not authorized to perform" in ended["cause"]
    assert night(probe)["status"] == "SUCCEEDED"
