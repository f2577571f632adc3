"""A burst waits, a failure is kept, and somebody is told."""

import re

import pytest

from escalera.runtime import back_off
from tests.support.template import plain, readable, tags

FED_BY_QUEUE = {
    "on_customer_registered",
    "on_consent_changed",
    "on_purchase_completed",
    "on_purchase_refunded",
    "on_delivery_completed",
    "on_complaint_changed",
    "leave_journeys",
    "on_message_feedback",
    "on_sms_reply",
}
A_DAY = 86_400
TWO_WEEKS = 14 * A_DAY


def _inboxes(stack):
    """Each inbox's queue, by the function it feeds."""
    queues = stack.resources("AWS::SQS::Queue")
    return {
        function: (queues[name], mapping)
        for name, (function, mapping) in stack.queue_mappings.items()
        if name in queues
    }


def _dead_letters(stack):
    """Every queue of dead letters, by its readable name."""
    queues = stack.resources("AWS::SQS::Queue").items()
    return {name: queue for name, queue in queues if tags(queue)["escalera:queue"] == "dead-letters"}


def test_every_function_that_hears_events_has_an_inbox_of_its_own(prod):
    assert set(_inboxes(prod)) == FED_BY_QUEUE


@pytest.mark.parametrize("name", sorted(FED_BY_QUEUE))
def test_what_fails_for_a_day_ends_in_the_functions_own_dead_letters(prod, name):
    queue, mapping = _inboxes(prod)[name]
    redrive = queue["RedrivePolicy"]
    environment = prod.functions[name]["Environment"]["Variables"]

    receives = redrive["maxReceiveCount"]
    assert receives * queue["VisibilityTimeout"] >= A_DAY, "a function that cannot run at all"
    assert receives * back_off.LONGEST_SECONDS / 2 >= 2 * A_DAY, (
        "one that runs and backs off, by its shortest pauses"
    )
    longest = max(queue["VisibilityTimeout"], back_off.LONGEST_SECONDS)
    assert receives * longest < queue["MessageRetentionPeriod"], "the queue would drop it before"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    dead = readable(redrive["deadLetterTargetArn"]).removesuffix(".Arn")
    assert dead in _dead_letters(prod)
    assert readable(environment["DEAD_LETTER_QUEUE_URL"]) == dead


def test_no_two_functions_share_dead_letters(prod):
    targets = [
        readable(queue["RedrivePolicy"]["deadLetterTargetArn"]) for queue, _ in _inboxes(prod).values()
    ]

    assert len(set(targets)) == len(targets)


@pytest.mark.parametrize("name", sorted(FED_BY_QUEUE))
def test_a_batch_is_out_of_sight_for_six_timeouts_of_its_function(prod, name):
    queue, mapping = _inboxes(prod)[name]

    at_least = 6 * prod.functions[name]["Timeout"] + mapping["MaximumBatchingWindowInSeconds"]
    assert queue["VisibilityTimeout"] >= at_least


@pytest.mark.parametrize("stage", ["local", "dev", "prod"])
def test_a_burst_never_asks_for_more_than_a_function_may_run(synthesized, stage):
    stack = synthesized(stage)

    for name, (_, mapping) in _inboxes(stack).items():
        batch, window = mapping["BatchSize"], mapping["MaximumBatchingWindowInSeconds"]
        at_once = mapping["ScalingConfig"]["MaximumConcurrency"]
        reserve = stack.functions[name].get("ReservedConcurrentExecutions")
        assert reserve is None or at_once <= reserve, name
        assert at_once >= 2, "SQS takes no less"
        assert batch <= 10 or window >= 1, "SQS gathers more than ten only with a window"


def test_all_queues_are_encrypted_and_refuse_plain_http(prod):
    queues = prod.resources("AWS::SQS::Queue")
    policies = prod.resources("AWS::SQS::QueuePolicy").values()
    guarded = {
        readable(queue)
        for policy in policies
        for queue in policy["Queues"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    }

    assert {name for name, queue in queues.items() if queue.get("SqsManagedSseEnabled")} == set(queues)
    assert guarded == set(queues)


def test_dead_letters_are_kept_for_two_weeks_and_for_one_at_least_after_their_inbox(prod):
    assert {queue["MessageRetentionPeriod"] for queue in _dead_letters(prod).values()} == {TWO_WEEKS}
    assert {queue["MessageRetentionPeriod"] for queue, _ in _inboxes(prod).values()} == {TWO_WEEKS / 2}


def test_every_rule_keeps_what_it_could_not_deliver(prod):
    for name, rule in prod.resources("AWS::Events::Rule").items():
        for target in rule["Targets"]:
            kept = readable(target["DeadLetterConfig"]["Arn"]).removesuffix(".Arn")
            assert kept in _dead_letters(prod), name


def _alarms(stack, metric):
    """What the alarms on a metric watch: the reference in the alarm's dimension, and the alarm."""
    return {
        readable(alarm["Dimensions"][0]["Value"]).split(".")[0]: alarm
        for alarm in stack.resources("AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == metric
    }


def test_a_single_dead_letter_rings(prod):
    alarms = _alarms(prod, "ApproximateNumberOfMessagesVisible")

    assert set(alarms) == set(_dead_letters(prod))
    assert {(a["Threshold"], a["ComparisonOperator"]) for a in alarms.values()} == {
        (0, "GreaterThanThreshold")
    }


def test_an_alarm_of_dead_letters_says_by_which_command_they_are_seen(prod):
    outputs = {readable(one["Value"]): name for name, one in prod.template["Outputs"].items()}
    for queue, alarm in _alarms(prod, "ApproximateNumberOfMessagesVisible").items():
        (named,) = re.findall(r"`escalera redrive (\w+)", alarm["AlarmDescription"])
        assert outputs[queue] == "DeadLetters" + "".join(part.capitalize() for part in named.split("_"))
        assert len(alarm["AlarmDescription"]) <= 1024, "CloudWatch takes no more"


def test_events_that_wait_too_long_ring(prod):
    alarms = _alarms(prod, "ApproximateAgeOfOldestMessage")

    assert {prod.queue_mappings[queue][0] for queue in alarms} == FED_BY_QUEUE
    assert {alarm["Threshold"] for alarm in alarms.values()} == {300}


def test_failing_functions_and_journeys_ring(prod):
    functions = {prod.function_of({"Ref": name}) for name in _alarms(prod, "Errors")}
    journeys = set(_alarms(prod, "ExecutionsFailed"))

    assert functions == set(prod.functions)
    assert journeys == set(prod.resources("AWS::StepFunctions::StateMachine"))


def test_functions_without_an_inbox_ring_when_they_find_no_room(prod):
    throttled = {prod.function_of({"Ref": name}) for name in _alarms(prod, "Throttles")}

    assert throttled == set(prod.functions) - FED_BY_QUEUE


def test_late_changes_and_dear_texts_ring(prod):
    late = sorted(alarm["Threshold"] for alarm in _alarms(prod, "IteratorAge").values())
    spending = [
        alarm
        for alarm in prod.resources("AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == "SMSMonthToDateSpentUSD"
    ]

    assert late == [300_000, 3_600_000], "milliseconds: what is published, and what is archived"
    assert [alarm["Threshold"] for alarm in spending] == [40]


def test_one_record_removed_by_hand_rings(prod):
    (removed,) = _alarms(prod, "RecordsRemovedByHand").values()

    assert (removed["Threshold"], removed["ComparisonOperator"]) == (0, "GreaterThanThreshold")
    assert removed["Dimensions"] == [{"Name": "service", "Value": "archive_records"}]


def test_every_alarm_rings_the_one_topic_that_cloudwatch_may_publish_to(prod):
    rung = {
        readable(action)
        for alarm in prod.resources("AWS::CloudWatch::Alarm").values()
        for action in alarm["AlarmActions"]
    }
    admitted = {
        readable(statement["Resource"])
        for policy in prod.resources("AWS::SNS::TopicPolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
        and statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        and statement["Action"] == "sns:Publish"
    }

    assert rung == admitted == {"AlarmsTopic"}


def test_the_operators_tool_finds_every_inbox_and_its_dead_letters_by_name(prod):
    outputs = {name: readable(output["Value"]) for name, output in prod.template["Outputs"].items()}

    for name in FED_BY_QUEUE:
        construct = "".join(part.capitalize() for part in name.split("_"))
        queue, _ = _inboxes(prod)[name]
        assert prod.queue_mappings[outputs[f"Inbox{construct}"]][0] == name
        assert (
            outputs[f"DeadLetters{construct}"] == readable(queue["RedrivePolicy"]["deadLetterTargetArn"])[:-4]
        )
    assert {outputs[name] for name in outputs if name.startswith("DeadLetters")} == set(_dead_letters(prod))
    assert {plain(name) for name in outputs} >= {"BusName", "TableName", "ConfigurationSet", "AlarmTopic"}


def test_the_dashboard_shows_every_part_by_the_name_people_use(prod):
    (dashboard,) = prod.resources("AWS::CloudWatch::Dashboard").values()
    body = readable(dashboard["DashboardBody"])

    for name in (*prod.functions, "thank-you", "win-back"):
        assert f'"label":"{name}"' in body, name
    assert "Not handled: should be empty" in body


def test_the_operator_is_told_of_every_queue_of_dead_letters(prod):
    outputs = prod.template["Outputs"].items()
    told = {readable(output["Value"]) for name, output in outputs if name.startswith("DeadLetters")}
    assert told == set(_dead_letters(prod))
