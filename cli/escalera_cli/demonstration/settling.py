"""Tells when the stack has nothing more to do but wait."""

import time
from collections.abc import Callable
from typing import Any

from escalera_cli.connection import Connection

_LOOK_SECONDS = 0.2


def settled(
    connection: Connection,
    told: Callable[[], int],
    *,
    at_most: float,
    quiet_for: float,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Wait until nothing has moved for `quiet_for` seconds; False if it still moves after `at_most`.

    What moves: the events waiting in inboxes, the journeys under way, and how many events were `told`.
    """
    sqs, runs = connection.client("sqs"), connection.client("stepfunctions")
    inboxes = [url for name, url in connection.outputs.items() if name.startswith("Inbox")]
    journeys = [arn for name, arn in connection.outputs.items() if name.startswith("Journey")]
    before: tuple[int, ...] = ()
    deadline, since = now() + at_most, now()
    while now() < deadline:
        waiting = sum(_waiting(sqs, url) for url in inboxes)
        state = (told(), *(_running(runs, arn) for arn in journeys))
        if waiting or state != before:
            before, since = state, now()
        elif now() - since >= quiet_for:
            return True
        sleep(_LOOK_SECONDS)
    return False


def _waiting(client: Any, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found.get(name, 0)) for name in names)


def _running(client: Any, journey: str) -> int:
    pages = client.get_paginator("list_executions").paginate(stateMachineArn=journey, statusFilter="RUNNING")
    return sum(len(page["executions"]) for page in pages)
