"""The handlers of the little template: one per gap of the emulator that Escalera depends on."""

import base64
import gzip
import json
import os
import time
from typing import Any

import boto3
import greeting  # type: ignore[import-not-found]  # the layer brings it


class ShopClosedError(Exception):
    """Raised to be retried by its name."""


def client(name) -> Any:
    """Make a client as a handler does, by the environment alone."""
    return boto3.client(name)


def keep(key, **values):
    """Write one item of what happened."""
    item = {
        "pk": {"S": key},
        "sk": {"S": f"{time.time():.6f}"},
        **{k: {"S": str(v)} for k, v in values.items()},
    }
    client("dynamodb").put_item(TableName=os.environ["TABLE_NAME"], Item=item)


def receive(event, _context):
    """Take a batch from the queue; a message that says so fails."""
    details = [(record["messageId"], json.loads(record["body"])["detail"]) for record in event["Records"]]
    for _, detail in details:
        if "key" in detail and "poison" not in detail:
            keep(detail["key"], size=len(details), put_at=detail.get("put_at", 0), seen_at=time.time())
    return {
        "batchItemFailures": [{"itemIdentifier": name} for name, detail in details if detail.get("poison")]
    }


def publish(event, _context):
    """Read the table's stream; an item whose key says so always fails."""
    failed = []
    for record in event["Records"]:
        key = record["dynamodb"]["Keys"]["pk"]["S"]
        if key.startswith("poison"):
            failed.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
            break
        if key.startswith("lifetime") and record["eventName"] == "REMOVE":
            keep(f"removed-{key}", by=record["userIdentity"]["principalId"])
        if key.startswith("stream"):
            keep(f"published-{key}", seen_at=time.time(), size=len(event["Records"]))
    return {"batchItemFailures": failed}


def page(event, _context):
    """Tell what was asked, and have two cookies kept."""
    asked = {name: event.get(name) for name in ("rawPath", "rawQueryString", "cookies", "body", "headers")}
    return {
        "statusCode": 207,
        "headers": {"Content-Type": "application/json", "X-Own": "kept"},
        "cookies": ["one=1; Path=/", "two=2; Path=/"],
        "body": json.dumps(asked),
    }


def step(event, _context):
    """Do what the state machine, or the test, asks for."""
    return STEPS[event["do"]](event)


def fail_twice(event):
    """Fail by name on the first two attempts."""
    keep(f"attempt-{event['run']}")
    table = os.environ["TABLE_NAME"]
    query = {"TableName": table, "KeyConditionExpression": "pk = :k"}
    count = client("dynamodb").query(
        **query, ExpressionAttributeValues={":k": {"S": f"attempt-{event['run']}"}}, ConsistentRead=True
    )["Count"]
    if count <= 2:
        raise ShopClosedError(count)
    return {"attempts": count}


def environment(_event):
    """Say what this handler sees of its surroundings."""
    return {"word": greeting.WORD, "zone": time.tzname[0], "environment": dict(os.environ)}


def token(event):
    """Leave the token for whoever answers it."""
    keep(f"token-{event['run']}", token=event["token"])


def refuse(_event):
    """Fail where a token is waited for."""
    raise ShopClosedError


def send_email(event):
    """Send an e-mail as Escalera does."""
    return client("sesv2").send_email(**event["request"])["MessageId"]


def send_text(event):
    """Send a text as Escalera does."""
    kind = {"DataType": "String", "StringValue": "Transactional"}
    answer = client("sns").publish(
        PhoneNumber=event["phone"], Message=event["message"], MessageAttributes={"AWS.SNS.SMS.SMSType": kind}
    )
    return answer["MessageId"]


def give_back(event):
    """Answer a task token."""
    client("stepfunctions").send_task_success(taskToken=event["token"], output='{"came": "back"}')


def stop(event):
    """Stop an execution."""
    client("stepfunctions").stop_execution(executionArn=event["execution"])


def put_event(event):
    """Put an event on the bus."""
    entry = {
        "EventBusName": os.environ["BUS_NAME"],
        "Source": "escalera",
        "DetailType": "Said",
        "Detail": "{}",
    }
    return client("events").put_events(Entries=[entry])["FailedEntryCount"]


def read_keys(_event):
    """Read the secret that the environment names; say how it looks, and nothing of what it holds."""
    secret = client("secretsmanager").get_secret_value(SecretId=os.environ["KEYS"])
    ring = json.loads(secret["SecretString"])
    return {"current": ring["current"], "letters": len(ring["1"]), "plain": ring["1"].isalnum()}


def bury(event):
    """Put a message into the dead-letter queue, whose policy asks for TLS."""
    queue = os.environ["DEAD_LETTER_QUEUE_URL"]
    return client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(event))["MessageId"]


def transact(event):
    """Write in a transaction that also checks a condition; then read a batch and the index."""
    database, table = client("dynamodb"), os.environ["TABLE_NAME"]
    key = {"pk": {"S": event["key"]}, "sk": {"S": "1"}}
    absent = {"pk": {"S": event["key"]}, "sk": {"S": "absent"}}
    check = {"TableName": table, "Key": absent, "ConditionExpression": "attribute_not_exists(pk)"}
    put = {"TableName": table, "Item": {**key, "due_pk": {"S": event["key"]}, "due_sk": {"S": "1"}}}
    database.transact_write_items(TransactItems=[{"ConditionCheck": check}, {"Put": put}])
    batch = database.batch_get_item(RequestItems={table: {"Keys": [key]}})["Responses"][table]
    found = database.query(
        TableName=table,
        IndexName="due",
        KeyConditionExpression="due_pk = :k",
        ExpressionAttributeValues={":k": {"S": event["key"]}},
    )
    return {"batch": len(batch), "index": found["Count"]}


def sleep(event):
    """Take a while."""
    time.sleep(event["seconds"])
    return os.getpid()


def logged(event, _context):
    """Keep what a log subscription delivers."""
    content = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    for entry in content["logEvents"]:
        receipt = json.loads(entry["message"])
        keep(f"receipt-{receipt['notification']['messageId']}", status=receipt["status"])


STEPS = {
    f.__name__: f
    for f in (
        fail_twice,
        environment,
        token,
        refuse,
        send_email,
        send_text,
        give_back,
        stop,
        put_event,
        bury,
        read_keys,
        transact,
        sleep,
    )
}
