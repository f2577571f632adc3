"""AWS within this process: botocore does all of its work but the network, and what answers is not counted as ours."""

import io
import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from botocore.awsrequest import AWSResponse

from bench.table import BillingTable
from escalera.contracts.dispatch import PROVIDER_ID, RUN, End

ENVIRONMENT: Mapping[str, str] = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "TABLE_NAME": "customers",
    "BUS_NAME": "escalera",
    "DEAD_LETTER_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/dead-letters",
    "DISPATCH": "arn:aws:states:us-east-1:123456789012:stateMachine:dispatch",
    "CONFIGURATION_SET": "escalera",
    "PORTAL_URL": "https://portal.casa-nogal.example.com",
    "JOURNEYS": "{}",
    "LINK_KEYS": "link-keys",
    "ORIGIN_KEYS": "origin-keys",
    "SITE_URL": "https://console.casa-nogal.example.com",
    "SESSION_KEYS": "session-keys",
    "SIGN_IN_PAGES": "https://sign-in.casa-nogal.example.com",
    "USER_POOL": "pool",
    "USER_POOL_CLIENT": "client",
    "SENDER": "Casa Nogal <hola@casa-nogal.example.com>",
    "POWERTOOLS_SERVICE_NAME": "bench",
    "POWERTOOLS_METRICS_NAMESPACE": "Escalera",
    "POWERTOOLS_LOG_LEVEL": "INFO",
}

KEY_RING = {"current": "1", "1": "b" * 64}
"""What every secret holds."""


class _Body(io.BytesIO):
    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        while part := self.read():
            yield part


class Wire:
    """Answers every call of the clients made through `connect`; `spent` is the CPU that the answers took."""

    def __init__(self) -> None:
        self.table = BillingTable()
        self.calls: Counter[str] = Counter()
        self.spent = 0.0
        self.told: list[dict[str, Any]] = []
        """Entries put on the bus."""
        self.mails: list[dict[str, Any]] = []
        self.woken: list[str] = []
        """Task tokens of journeys that were woken."""
        self.stopped: list[str] = []
        self._numbers = count(1)

    def install(self, events: Any = None) -> None:
        """Stand behind the one session that all of Escalera's clients come from, or behind another client's `events`."""
        if events is None:
            from escalera.runtime import clients  # noqa: PLC0415 - the cold start measures what this would load

            events = clients._session()  # noqa: SLF001 - no other door leads below the clients
        events.register("before-send", self._send)

    def _send(self, request: Any, event_name: str, **_: Any) -> AWSResponse:
        began = time.process_time()
        service, operation = event_name.split(".")[1:]
        asked: dict[str, Any] = json.loads(request.body or b"{}")
        self.calls[f"{service}.{operation}"] += 1
        status, answer = self._answered(operation, asked)
        headers: Any = {"content-type": "application/x-amz-json-1.0", "x-amzn-RequestId": "bench"}
        response = AWSResponse(request.url, status, headers, _Body(json.dumps(answer).encode()))
        self.spent += time.process_time() - began
        return response

    def _dispatched(self, order: dict[str, Any]) -> dict[str, Any]:
        """What the state machine that sends does with an order: it moves the row, mails, and moves the row again."""
        provider_id = f"mail-{next(self._numbers)}"
        order["begin"]["ExpressionAttributeValues"][RUN] = {"S": f"run-{provider_id}"}
        self.table.answer("UpdateItem", order["begin"])
        self.mails.append(order["email"])
        order["sent"]["ExpressionAttributeValues"][PROVIDER_ID] = {"S": provider_id}
        self.table.answer("UpdateItem", order["sent"])
        output = json.dumps({"end": End.SENT, "provider_id": provider_id})
        run = {"executionArn": "arn:run", "startDate": 0, "stopDate": 0}
        return {**run, "status": "SUCCEEDED", "output": output}

    def _answered(self, operation: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        match operation:
            case "PutEvents":
                self.told += asked["Entries"]
                return 200, {
                    "FailedEntryCount": 0,
                    "Entries": [{"EventId": f"e-{next(self._numbers)}"} for _ in asked["Entries"]],
                }
            case "StartSyncExecution":
                return 200, self._dispatched(json.loads(asked["input"]))
            case "GetSecretValue":
                return 200, {"SecretString": json.dumps(KEY_RING)}
            case "SendTaskSuccess":
                self.woken.append(asked["taskToken"])
                return 200, {}
            case "StopExecution":
                self.stopped.append(asked["executionArn"])
                return 200, {"stopDate": 0}
            case "SendMessage":
                raise AssertionError(f"an event of the bench is refused: {asked['MessageAttributes']}")
            case _:
                return self.table.answer(operation, asked)
