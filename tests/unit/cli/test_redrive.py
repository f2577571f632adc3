"""Dead letters: listed with their reasons, put back mended, and never lost."""

import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.exceptions import ClientError

from escalera_cli.commands import redrive
from escalera_cli.dead_letters import DeadLetterQueue
from escalera_cli.failed_journeys import FailedJourneys
from escalera_cli.ways_back import to_inbox

FUNCTION = "on_purchase_completed"


@pytest.fixture
def queues(stack):
    sqs = boto3.client("sqs")
    return (
        sqs,
        sqs.get_queue_url(QueueName="dead")["QueueUrl"],
        sqs.get_queue_url(QueueName="inbox")["QueueUrl"],
    )


@pytest.fixture
def dead(queues, purchase):
    """One event that tells nothing of its customer, with the handler's reason."""
    sqs, url, _ = queues
    wrong = json.loads(json.dumps(purchase))
    del wrong["detail"]["customer_id"], wrong["detail"]["contact"]
    reason = {"reason": {"DataType": "String", "StringValue": "customer_id: is missing; add it"}}
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(wrong), MessageAttributes=reason)
    return wrong


def bodies(sqs, url):
    found = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        found += [json.loads(message["Body"]) for message in messages]
    return found


def listed(escalera):
    return json.loads(escalera("redrive", FUNCTION, "--stage", "dev", "--json").output)


def test_list_names_event_and_reason_and_takes_nothing(escalera, dead, queues):
    result = escalera("redrive", FUNCTION, "--stage", "dev")
    assert result.exit_code == 0, result.output
    assert "PurchaseCompleted order-5001-paid" in result.output
    assert "customer_id: is missing; add it" in result.output
    assert bodies(queues[0], queues[1]) == [dead]


def test_without_a_function_all_are_counted(escalera, dead):
    result = escalera("redrive", "--stage", "dev")
    assert "1  on_purchase_completed" in result.output
    assert "0  publish_changes" in result.output


def test_scripts_read_the_counts(escalera, dead):
    counts = json.loads(escalera("redrive", "--stage", "dev", "--json").stdout)
    assert {one["name"]: one["waiting"] for one in counts}[FUNCTION] == 1
    assert sum(one["waiting"] for one in counts) == 1


def test_bar_grows_on_a_terminal_while_they_go_back(escalera, queues, purchase, monkeypatch):
    for number in range(12):
        queues[0].send_message(QueueUrl=queues[1], MessageBody=json.dumps({**purchase, "number": number}))
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = escalera("redrive", FUNCTION, "--stage", "dev", "--all")
    assert "12/12" in result.stderr
    assert result.stdout == "Put 12 back; 0 stay.\n"


def test_mended_event_goes_back_to_the_inbox(escalera, dead, queues, purchase, tmp_path):
    [letter] = listed(escalera)
    file = tmp_path / "dead.json"
    file.write_text(json.dumps([{**letter, "event": purchase}]))
    result = escalera("redrive", FUNCTION, "--stage", "dev", "--file", file)
    assert result.exit_code == 0, result.output
    sqs, dead_url, inbox = queues
    assert bodies(sqs, inbox) == [purchase]
    assert bodies(sqs, dead_url) == []


def test_event_that_is_still_wrong_stays(escalera, dead, queues, tmp_path):
    file = tmp_path / "dead.json"
    file.write_text(json.dumps(listed(escalera)))
    result = escalera("redrive", FUNCTION, "--stage", "dev", "--file", file)
    assert result.exit_code == 1
    assert "customer_id: is missing; add it" in result.output
    sqs, dead_url, inbox = queues
    assert bodies(sqs, inbox) == []
    assert bodies(sqs, dead_url) == [dead]


def test_event_left_out_of_the_file_stays(escalera, dead, queues, tmp_path):
    file = tmp_path / "dead.json"
    file.write_text("[]")
    assert escalera("redrive", FUNCTION, "--stage", "dev", "--file", file).exit_code == 0
    assert bodies(queues[0], queues[1]) == [dead]


def test_all_go_back_as_they_are(escalera, dead, queues):
    assert escalera("redrive", FUNCTION, "--stage", "dev", "--all").exit_code == 0
    sqs, dead_url, inbox = queues
    assert bodies(sqs, inbox) == [dead]
    assert bodies(sqs, dead_url) == []


def test_editor_mends_them(escalera, dead, queues, monkeypatch, tmp_path):
    editor = tmp_path / "editor"
    editor.write_text(
        '#!/bin/sh\nsed -i \'s/"channel": "web"/"channel": "web", "customer_id": "c-7"/\' "$1"\n'
    )
    editor.chmod(0o755)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", str(editor))
    result = escalera("redrive", FUNCTION, "--stage", "dev", "--edit")
    assert result.exit_code == 0, result.output
    [mended] = bodies(queues[0], queues[2])
    assert mended["detail"]["customer_id"] == "c-7"


def test_editor_that_fails_leaves_all_where_it_is(escalera, dead, queues, monkeypatch):
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "false")
    assert escalera("redrive", FUNCTION, "--stage", "dev", "--edit").exit_code == 1
    assert bodies(queues[0], queues[1]) == [dead]


def test_dead_letter_is_deleted_only_once_it_was_put_back():
    calls = []

    class Sqs:
        def send_message(self, **_):
            calls.append("send")
            raise ConnectionError

        def delete_message(self, **_):
            calls.append("delete")

        def receive_message(self, **_):
            return {"Messages": [{"MessageId": "1", "ReceiptHandle": "r", "Body": "{}"}]} if not calls else {}

    queue = DeadLetterQueue(Sqs(), "dead", to_inbox(Sqs(), "inbox"))
    letter = queue.read()[0]
    with pytest.raises(ConnectionError):
        queue.put_back(letter, letter.body)
    assert calls == ["send"]


def test_more_than_one_answer_of_the_queue_is_read(escalera, queues, purchase):
    sqs, url, _ = queues
    for number in range(23):
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps({**purchase, "number": number}))
    assert sorted(letter["event"]["number"] for letter in listed(escalera)) == list(range(23))


def test_function_without_an_inbox_lists_but_puts_nothing_back(escalera, stack):
    assert escalera("redrive", "schedules", "--stage", "dev").exit_code == 0
    result = escalera("redrive", "schedules", "--stage", "dev", "--all")
    assert result.exit_code == 1
    assert "cannot be put back" in result.output


def not_started(told):
    """An event for which EventBridge could not start a journey; gives the journey's machine."""
    states, sqs = boto3.client("stepfunctions"), boto3.client("sqs")
    role = "arn:aws:iam::123456789012:role/running"
    machine = states.create_state_machine(name=f"thank-you-{told}", definition="{}", roleArn=role)[
        "stateMachineArn"
    ]
    attributes = {"TARGET_ARN": machine} if told else {"ERROR_CODE": "THROTTLING"}
    sqs.send_message(
        QueueUrl=sqs.get_queue_url(QueueName="not-started")["QueueUrl"],
        MessageBody='{"source": "escalera", "detail-type": "PurchaseRecorded", "detail": {"customer_id": "c-7"}}',
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        },
    )
    return machine


def test_event_that_could_not_start_its_journey_starts_it_now(escalera, stack):
    machine = not_started(told=True)
    result = escalera("redrive", "journeys", "--stage", "dev", "--all")
    assert result.exit_code == 0, result.output
    states = boto3.client("stepfunctions")
    (run,) = states.list_executions(stateMachineArn=machine)["executions"]
    given = json.loads(states.describe_execution(executionArn=run["executionArn"])["input"])
    assert given["detail"] == {"customer_id": "c-7"}
    assert "0  journeys" in escalera("redrive", "--stage", "dev").output


def test_event_that_does_not_say_which_journey_stays(escalera, stack):
    machine = not_started(told=False)
    result = escalera("redrive", "journeys", "--stage", "dev", "--all")
    assert result.exit_code == 1
    assert "does not say which journey" in result.output
    assert boto3.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"] == []


def test_one_that_cannot_go_back_keeps_none_of_the_others(escalera, stack):
    not_started(told=False)
    machine = not_started(told=True)
    result = escalera("redrive", "journeys", "--stage", "dev", "--all")
    assert "Put 1 back; 1 stay." in result.output
    assert len(boto3.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]) == 1


class FailedExecutions:
    """Step Functions with one execution that failed, whose history is longer than a page of it."""

    ARN = "arn:aws:states:eu-west-1:123456789012:execution:thank-you:run-1"

    def __init__(self, *, refuses: str = "") -> None:
        self.redriven: list[str] = []
        self.refuses = refuses

    def get_paginator(self, _name):
        return self

    def paginate(self, **asked):
        ended = {"executionArn": self.ARN, "name": "run-1", "stopDate": datetime.now(UTC)}
        old = {**ended, "name": "run-0", "stopDate": datetime.now(UTC) - timedelta(days=15)}
        failed = asked == {"stateMachineArn": "arn:thank-you", "statusFilter": "FAILED"}
        yield {"executions": [ended, old] if failed else []}

    def describe_execution(self, **asked):
        assert asked == {"executionArn": self.ARN}
        given = json.dumps({"detail": {"customer_id": "c-7"}})
        cause = json.dumps(
            {"errorType": "PermanentError", "errorMessage": "the programme has no reward `gift`"}
        )
        return {"status": "FAILED", "input": given, "error": "PermanentError", "cause": cause}

    def get_execution_history(self, **_asked):
        attempts = [{"type": "TaskFailed"}, {"type": "TaskScheduled"}] * 40
        entered = {"stateEnteredEventDetails": {"name": "2-reward-gift"}}
        return {"events": [{"type": "ExecutionFailed"}, *attempts, entered]}

    def redrive_execution(self, **asked):
        if self.refuses:
            raise ClientError({"Error": {"Code": self.refuses, "Message": "no"}}, "RedriveExecution")
        self.redriven.append(asked["executionArn"])


@pytest.fixture
def failed(stack, monkeypatch):
    """Stands in for the failed executions of every journey."""
    states = FailedExecutions()
    machines = {"thank-you": "arn:thank-you", "win-back": "arn:win-back"}
    monkeypatch.setattr(redrive, "_failed_journeys", lambda _: FailedJourneys(states, machines))
    return states


def test_journey_that_failed_is_listed_with_its_customer_step_and_reason(escalera, failed):
    result = escalera("redrive", "journeys", "--stage", "dev")
    assert "run-1  failed" in result.output
    assert "thank-you  customer c-7" in result.output
    assert "at 2-reward-gift: PermanentError: the programme has no reward `gift`" in result.output
    assert "run-0" not in result.output, "Step Functions redrives it no more"
    (listed,) = json.loads(escalera("redrive", "journeys", "--stage", "dev", "--json").stdout)
    assert (listed["id"], listed["customer_id"], listed["step"]) == ("run-1", "c-7", "2-reward-gift")
    assert "1  journeys" in escalera("redrive", "--stage", "dev").output
    assert failed.redriven == []


@pytest.mark.parametrize("wish", [("--all",), ("--id", "run-1")])
def test_journey_that_failed_goes_on(escalera, failed, wish):
    result = escalera("redrive", "journeys", "--stage", "dev", *wish)
    assert result.exit_code == 0, result.output
    assert failed.redriven == [failed.ARN]
    assert "Redrove 1 of 1 failed journeys." in result.output


def test_unknown_id_is_said_and_redrives_nothing(escalera, failed):
    result = escalera("redrive", "journeys", "--stage", "dev", "--id", "run-7")
    assert result.exit_code == 1
    assert "run-7: is not among the failed journeys" in result.output
    assert failed.redriven == []


def test_journey_that_cannot_be_redriven_is_said_and_stays(escalera, failed):
    failed.refuses = "ExecutionNotRedrivable"
    result = escalera("redrive", "journeys", "--stage", "dev", "--all")
    assert result.exit_code == 1
    assert "run-1: Step Functions does not redrive it (ExecutionNotRedrivable: no)" in result.output


@pytest.fixture
def misspelt(stack, purchase):
    """Puts an event as the bus hands it on, by any name, among those that nobody knows."""
    url = boto3.client("sqs").get_queue_url(QueueName="unknown")["QueueUrl"]
    rest = {"version": "0", "id": "1", "account": "1", "time": "2026-11-03T17:12:45Z", "resources": []}

    def put(name: str, source: str = "shop", **detail: str) -> None:
        event = {
            **rest,
            **purchase,
            "detail-type": name,
            "detail": purchase["detail"] | detail,
            "source": source,
        }
        boto3.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(event))

    return put


def test_event_by_a_wrong_name_is_listed_with_the_name_that_is_near(escalera, misspelt):
    misspelt("PurchaseComplete")
    result = escalera("redrive", "unknown_events", "--stage", "dev")
    assert (
        "detail-type: is 'PurchaseComplete'; write PurchaseCompleted, which is near, or another one of"
        in result.output
    )


def test_event_by_a_wrong_name_goes_onto_the_bus_by_its_right_one(escalera, misspelt, bus_hears, purchase):
    misspelt("PurchaseComplete")
    misspelt("OrderPlaced", event_id="another")
    misspelt("ReviewWritten", event_id="a-third")
    result = escalera(
        *("redrive", "unknown_events", "--stage", "dev"),
        *("--rename", "PurchaseComplete=PurchaseCompleted", "--rename", "OrderPlaced=PurchaseCompleted"),
    )
    assert result.exit_code == 0, result.output
    assert "Put 2 back; 1 stay." in result.output
    heard = bus_hears()
    assert {one["detail-type"] for one in heard} == {"PurchaseCompleted"}
    assert {one["detail"]["event_id"] for one in heard} == {purchase["detail"]["event_id"], "another"}
    assert "1  unknown_events" in escalera("redrive", "--stage", "dev").output


def test_event_that_breaks_the_contract_of_its_right_name_stays(escalera, misspelt, bus_hears):
    misspelt("PurchaseComplete", occurred_at="yesterday")
    result = escalera(
        *("redrive", "unknown_events", "--stage", "dev"),
        *("--rename", "PurchaseComplete=PurchaseCompleted"),
    )
    assert result.exit_code == 1
    assert "occurred_at" in result.output
    assert bus_hears() == []
    assert "1  unknown_events" in escalera("redrive", "--stage", "dev").output


@pytest.mark.parametrize("source", ["myshop", "escalera", "Shop"])
def test_event_of_a_wrong_source_is_listed_with_what_to_write(escalera, misspelt, source):
    misspelt("PurchaseCompleted", source)
    result = escalera("redrive", "unknown_events", "--stage", "dev")
    assert f"source: is '{source}'; write \"shop\"" in result.output


def test_event_of_a_wrong_source_goes_onto_the_bus_by_its_right_one(escalera, misspelt, bus_hears):
    misspelt("PurchaseCompleted", "myshop")
    misspelt("PurchaseComplete", "myshop", event_id="wrong-twice")
    misspelt("PurchaseCompleted", "till", event_id="another")
    result = escalera(
        *("redrive", "unknown_events", "--stage", "dev"),
        *("--source", "myshop=shop", "--rename", "PurchaseComplete=PurchaseCompleted"),
    )
    assert result.exit_code == 0, result.output
    assert "Put 2 back; 1 stay." in result.output
    assert [(one["source"], one["detail-type"]) for one in bus_hears()] == [("shop", "PurchaseCompleted")] * 2


def test_event_that_would_come_back_stays(escalera, misspelt, bus_hears):
    misspelt("PurchaseComplete", "myshop")
    result = escalera("redrive", "unknown_events", "--stage", "dev", "--source", "myshop=shop")
    assert result.exit_code == 1
    assert "PurchaseCompleted, which is near" in result.output
    assert bus_hears() == []


@pytest.mark.parametrize("wish", ["myshop=escalera", "myshop=shopping", "myshop"])
def test_source_that_is_no_shops_is_refused(escalera, misspelt, wish):
    misspelt("PurchaseCompleted", "myshop")
    assert escalera("redrive", "unknown_events", "--stage", "dev", "--source", wish).exit_code == 2
    assert "1  unknown_events" in escalera("redrive", "--stage", "dev").output


@pytest.mark.parametrize(
    ("queue", "wish"),
    [
        ("unknown_events", "PurchaseComplete=PurchaseDone"),
        ("unknown_events", "PurchaseComplete"),
        (FUNCTION, "PurchaseComplete=PurchaseCompleted"),
    ],
)
def test_renaming_that_makes_no_sense_is_refused(escalera, misspelt, queue, wish):
    misspelt("PurchaseComplete")
    assert escalera("redrive", queue, "--stage", "dev", "--rename", wish).exit_code == 2
    assert "1  unknown_events" in escalera("redrive", "--stage", "dev").output


def test_unknown_function_is_told_the_known_ones(escalera, stack):
    result = escalera("redrive", "on_purchase", "--stage", "dev")
    assert result.exit_code == 1
    assert "on_purchase_completed" in result.output


def test_two_ways_at_once_are_refused(escalera, stack):
    assert escalera("redrive", FUNCTION, "--stage", "dev", "--all", "--edit").exit_code == 2
