"""The night as a state machine: safe to run again, never twice at once, and loud when it fails."""

from typing import Any

import pytest

from escalera.adapters.dynamodb.records import from_image
from infra.night_machine import TURN, night_definition
from infra.settings import settings_for
from tests.support.template import readable

NIGHT = night_definition(concurrency=10)
STATES = NIGHT["States"]


def every_state(definition: dict[str, Any]):
    """All states by name, those inside maps too."""
    for name, state in definition["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from every_state(state["ItemProcessor"])


def test_every_state_leads_somewhere_and_is_reached():
    reached = {NIGHT["StartAt"]}
    for state in STATES.values():
        nexts = [state.get("Next"), state.get("Default")]
        nexts += [one["Next"] for one in (*state.get("Choices", ()), *state.get("Catch", ()))]
        reached |= {one for one in nexts if one}
        assert any(nexts) or state.get("End") or state["Type"] == "Fail"
    assert reached == set(STATES)


def test_every_call_is_tried_again_with_growing_and_random_pauses():
    tasks = {name: state for name, state in every_state(NIGHT) if state["Type"] == "Task"}
    assert {"Gather", "Summarise", "Settle", "Score", "Record", "Export the table"} <= set(tasks)
    for name, task in tasks.items():
        for retry in task["Retry"]:
            assert retry["BackoffRate"] > 1, name
            assert retry["JitterStrategy"] == "FULL", name
            assert 0 < retry["MaxAttempts"] <= 10, f"{name}: a night that cannot succeed ends before the next"


def test_turn_is_taken_only_from_a_night_that_is_over():
    take, over = STATES["Take the turn"], STATES["Take over"]
    assert take["Parameters"]["ConditionExpression"] == "attribute_not_exists(pk) OR #execution = :before"
    assert take["Parameters"]["ExpressionAttributeValues"] == {":before": {"S.$": "$$.Execution.Id"}}
    assert over["Parameters"]["ExpressionAttributeValues"] == {":before": {"S.$": "$.before.execution"}}
    (running,) = STATES["Only one at once"]["Choices"]
    assert (running["StringEquals"], running["Next"]) == ("RUNNING", "Another night runs")


def test_turn_is_no_customer_and_is_told_to_nobody():
    assert from_image({**TURN, "execution": {"S": "arn"}}) is None


def test_files_of_a_night_lie_in_a_folder_of_its_own():
    export = STATES["Export the table"]["Parameters"]
    assert export["S3Prefix.$"] == "States.Format('nights/{}', $$.Execution.Name)"
    assert export["ClientToken.$"] == "$$.Execution.Name", "asked for twice it is exported once"


def test_base_is_worked_through_in_parts_side_by_side():
    gather = STATES["Gather histories"]
    assert gather["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
    for name in ("Gather histories", "Summarise the base", "Score customers"):
        assert STATES[name]["MaxConcurrency"] == 10
        assert STATES[name]["ResultPath"] is None, "what comes of a part lies in the night's files"


def _named(stack, kind, beginning):
    """The one resource of the kind whose name begins so."""
    (found,) = (one for name, one in stack.resources(kind).items() if name.startswith(beginning))
    return found


def test_files_of_the_nights_are_closed_encrypted_and_forgotten(prod):
    bucket = _named(prod, "AWS::S3::Bucket", "NightFiles")
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] == settings_for("prod").night.keep_files_days <= 7
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    policy = _named(prod, "AWS::S3::BucketPolicy", "NightFiles")
    (only,) = policy["PolicyDocument"]["Statement"]
    assert (only["Effect"], only["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_failed_night_and_one_that_never_ends_ring(prod):
    alarms = prod.resources("AWS::CloudWatch::Alarm")
    metrics = {
        alarm["MetricName"]
        for alarm in alarms.values()
        for dimension in alarm.get("Dimensions", ())
        if readable(dimension["Value"]) == "NightMachine" and alarm["AlarmActions"]
    }
    assert metrics == {"ExecutionsFailed", "ExecutionsTimedOut"}
    assert NIGHT["TimeoutSeconds"] <= 12 * 3600, "it is over before the next one"


@pytest.mark.parametrize("stage", ["local", "dev", "prod"])
def test_night_takes_nothing_from_the_pool_of_the_day(stage):
    settings = settings_for(stage)
    for name in ("gather_histories", "summarise_base", "settle_score", "score_customers"):
        assert settings.function(name).reserved_concurrency is None
        assert settings.function(name).timeout_seconds == 900
