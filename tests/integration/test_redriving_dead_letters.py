"""Dead letters on moto's queues; the functions and state machines they go to answer as AWS does."""

import io
import json
import time
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from escalera import bootstrap
from escalera.adapters.awslambda import LambdaConsumer
from escalera.adapters.sqs import SqsDeadLetterQueue
from escalera.adapters.stepfunctions import StepFunctionsJourneyStarter
from escalera.domain.errors import StoreBusyError
from escalera.ports.dead_letters import DeadLetter
from escalera.runtime.inbox import Verdict, take_in
from escalera.use_cases.redrive_dead_letters import Redriven, redrive_dead_letters
from tests.fakes.table import connect
from tests.support.functions import Cloud, load_handler
from tests.support.lambda_events import Context

LETTERS = [DeadLetter("a", "ra", '{"id": 1}', 3), DeadLetter("b", "rb", '{"id": 2}', 1)]
THROTTLED = ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke")
SILENT = ReadTimeoutError(endpoint_url="https://lambda")


def answer(body: Any, **more: Any) -> dict[str, Any]:
    return {"Payload": io.BytesIO(json.dumps(body).encode()), **more}


def test_letters_are_received_once_and_stay_until_they_are_deleted(cloud):
    for number in range(25):
        cloud.sqs.send_message(
            QueueUrl=cloud.dead_letters_url,
            MessageBody=str(number),
            MessageAttributes={"reason": {"DataType": "String", "StringValue": "wrong"}},
        )
    queue = SqsDeadLetterQueue(cloud.dead_letters_url, connect)
    found = [letter for some in queue.receive() for letter in some]
    assert sorted(int(letter.body) for letter in found) == list(range(25))
    assert {letter.attributes["reason"] for letter in found} == {"wrong"}
    assert {letter.receives for letter in found} == {1}
    assert list(queue.receive()) == [], "hidden while they are handled"
    queue.delete(found[:20])
    queue.release(found[20:])
    again = [letter for some in queue.receive() for letter in some]
    assert {letter.id for letter in again} == {letter.id for letter in found[20:]}
    assert {letter.receives for letter in again} == {2}


def test_function_says_by_itself_which_letters_it_handled(answering):
    client = answering(answer({"batchItemFailures": [{"itemIdentifier": "b"}]}))
    assert LambdaConsumer("on_it", client.connect).handle(LETTERS) == {
        "b": "left for later: its log says why"
    }
    records = json.loads(client.asked[0]["Payload"])["Records"]
    assert [record["body"] for record in records] == [letter.body for letter in LETTERS]
    assert records[0]["attributes"]["ApproximateReceiveCount"] == "1"
    assert not any("receiptHandle" in record for record in records)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (THROTTLED, "not called: ServiceRefusedError"),
        (SILENT, "not called: ServiceUnavailableError"),
        (answer({"errorType": "Broken"}, FunctionError="Unhandled"), "failed: Broken"),
        (answer(None), "failed: no answer"),
    ],
)
def test_function_that_does_not_answer_has_handled_nothing_and_it_is_said_why(answering, said, why):
    assert LambdaConsumer("on_it", answering(said).connect).handle(LETTERS) == {"a": why, "b": why}


def test_event_of_an_asynchronous_call_is_handed_over_as_it_was(answering):
    receipt = DeadLetter(
        "log", "r", '{"awslogs": {"data": "..."}}', 1, {"RequestID": "1", "ErrorCode": "200"}
    )
    client = answering(answer({"batchItemFailures": []}), answer({"batchItemFailures": []}))
    assert LambdaConsumer("on_it", client.connect).handle([receipt, *LETTERS]) == {}
    assert client.asked[0]["Payload"] == receipt.body


def test_journey_is_started_by_the_event_that_could_not_start_it(answering):
    machine = "arn:aws:states:eu-west-1:123456789012:stateMachine:thank-you"
    lost = DeadLetter("lost", "r", '{"detail": {}}', 1, {"TARGET_ARN": machine, "ERROR_CODE": "THROTTLING"})
    busy, nameless = DeadLetter("busy", "r", "{}", 1, {"TARGET_ARN": machine}), DeadLetter("?", "r", "{}", 1)
    client = answering({}, ClientError({"Error": {"Code": "ThrottlingException"}}, "StartExecution"))
    assert StepFunctionsJourneyStarter(client.connect).handle([lost, busy, nameless]) == {
        "busy": "not started: ServiceRefusedError",
        "?": "names no journey",
    }
    assert client.asked[0] == {"stateMachineArn": machine, "input": lost.body}


def test_record_of_a_dead_letter_is_understood_by_what_reads_inboxes(cloud: Cloud, answering):
    client = answering(answer({"batchItemFailures": []}))
    LambdaConsumer("on_it", client.connect).handle(LETTERS)
    event = json.loads(client.asked[0]["Payload"])
    failed = take_in(
        event,
        Context(),
        read=json.loads,
        use=lambda many: [Verdict(), Verdict(OSError())],
        dead_letters=cloud.dead_letters_url,
    )
    assert failed == {"batchItemFailures": [{"itemIdentifier": "b"}]}


def test_event_that_an_earlier_release_could_not_handle_is_handled_by_a_better_one(cloud: Cloud, answering):
    def broken(_: Any) -> Any:
        raise KeyError

    attributes = {"ApproximateReceiveCount": "9"}
    batch = {
        "Records": [{"messageId": "m", "body": "{}", "attributes": attributes, "eventSource": "aws:sqs"}]
    }
    take_in(batch, Context(), read=json.loads, use=broken, dead_letters=cloud.dead_letters_url)
    refused = {"reason": {"DataType": "String", "StringValue": "total: is missing; add it"}}
    cloud.sqs.send_message(QueueUrl=cloud.dead_letters_url, MessageBody="wrong", MessageAttributes=refused)
    client = answering(answer({"batchItemFailures": []}))
    done = redrive_dead_letters(
        SqsDeadLetterQueue(cloud.dead_letters_url, connect),
        LambdaConsumer("on_it", client.connect),
        out_of_time=lambda: False,
    )
    assert done == Redriven(handled=1, for_a_person=1)
    assert [json.loads(one["Payload"])["Records"][0]["body"] for one in client.asked] == ["{}"]


def test_inbox_that_backs_off_shows_its_message_again_only_later(cloud: Cloud):
    url = cloud.sqs.create_queue(QueueName="inbox", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
    cloud.sqs.send_message(QueueUrl=url, MessageBody="{}")
    (message,) = cloud.sqs.receive_message(QueueUrl=url)["Messages"]
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {"ApproximateReceiveCount": "20"},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:inbox",
    }
    take_in(
        {"Records": [record]},
        Context(),
        read=json.loads,
        use=lambda many: [Verdict(StoreBusyError())],
        dead_letters=cloud.dead_letters_url,
    )
    time.sleep(1.2)
    assert "Messages" not in cloud.sqs.receive_message(QueueUrl=url)


def test_function_redrives_each_queue_and_a_broken_one_stops_no_other(cloud: Cloud, monkeypatch, answering):
    class Long(Context):
        def get_remaining_time_in_millis(self) -> int:
            return 900_000

    for body, more in (("{}", {}), ("wrong", {"reason": {"DataType": "String", "StringValue": "x"}})):
        cloud.sqs.send_message(QueueUrl=cloud.dead_letters_url, MessageBody=body, MessageAttributes=more)
    nowhere = cloud.dead_letters_url.replace("dead-letters", "not-there")
    consumers = {"broken": [nowhere, "on_broken"], "good": [cloud.dead_letters_url, "on_good"]}
    monkeypatch.setenv("CONSUMERS", json.dumps(consumers))
    client = answering(answer({"batchItemFailures": []}))
    monkeypatch.setattr(bootstrap, "dead_letter_consumer", lambda name: LambdaConsumer(name, client.connect))
    said = load_handler("redrive_dead_letters").handler({}, Long())
    assert said["good"] == {"handled": 1, "failed": 0, "for_a_person": 1, "why": ""}
    assert "error" in said["broken"]
    left = boto3.client("sqs", region_name="eu-west-1").get_queue_attributes(
        QueueUrl=cloud.dead_letters_url, AttributeNames=["All"]
    )["Attributes"]
    assert left["ApproximateNumberOfMessages"] == "1"
