"""Hears what Escalera tells on its bus, by a queue and a rule of the listener's own."""

import contextlib
import json
import threading
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from escalera_cli.connection import Connection

Told = dict[str, Any]
"""`detail-type` and `detail`, as on the bus."""


class Listener:
    """Calls `hear` with each of Escalera's events, once, in a thread of its own, while the context lasts."""

    def __init__(self, connection: Connection, hear: Callable[[Told], None]) -> None:
        self._bus = connection.output("OwnBusName")
        self._events = connection.client("events")
        self._sqs = connection.client("sqs")
        self._hear = hear
        self._name = f"escalera-listener-{uuid.uuid4().hex[:8]}"
        self._queue = ""
        self._known: set[str] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="listener", daemon=True)

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._queue = self._sqs.create_queue(QueueName=self._name)["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "events.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                    "Resource": arn,
                }
            ],
        }
        self._sqs.set_queue_attributes(QueueUrl=self._queue, Attributes={"Policy": json.dumps(policy)})
        self._events.put_rule(
            Name=self._name, EventBusName=self._bus, EventPattern=json.dumps({"source": ["escalera"]})
        )
        self._events.put_targets(
            Rule=self._name, EventBusName=self._bus, Targets=[{"Id": "listener", "Arn": arn}]
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hear no more, and leave nothing of the listener in the stack."""
        self._ended.set()
        self._thread.join(timeout=5)
        with contextlib.suppress(BotoCoreError, ClientError):
            self._events.remove_targets(Rule=self._name, EventBusName=self._bus, Ids=["listener"])
            self._events.delete_rule(Name=self._name, EventBusName=self._bus)
            self._sqs.delete_queue(QueueUrl=self._queue)

    def _listen(self) -> None:
        while not self._ended.is_set():
            try:
                answer = self._sqs.receive_message(
                    QueueUrl=self._queue, MaxNumberOfMessages=10, WaitTimeSeconds=1
                )
            except (BotoCoreError, ClientError):
                self._ended.wait(0.5)
                continue
            messages = answer.get("Messages", ())
            for message in messages:
                self._take(json.loads(message["Body"]))
            if messages:
                entries = [
                    {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                    for number, message in enumerate(messages)
                ]
                with contextlib.suppress(BotoCoreError, ClientError):
                    self._sqs.delete_message_batch(QueueUrl=self._queue, Entries=entries)

    def _take(self, event: Told) -> None:
        identity = event["detail"]["event_id"]
        if identity not in self._known:  # the bus delivers at least once
            self._known.add(identity)
            self._hear(event)
