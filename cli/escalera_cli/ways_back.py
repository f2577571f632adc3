"""The ways back for what could not be handled: into an inbox, onto the bus, into a journey, through a function."""

import json
from typing import Any

from botocore.config import Config

from escalera_cli.connection import Connection
from escalera_cli.dead_letters import Back, DeadLetter, StaysError
from escalera_cli.endings import PROBLEMS, CommandError
from escalera_cli.event_files import put_events
from escalera_cli.stream_notes import to_function

JOURNEYS = "journeys"
"""Not a function: here lie the events that could not start a journey."""
UNKNOWN_EVENTS = "unknown_events"
"""Nor is this one: here lie the events that have a name or a source which nobody knows."""
_REDRIVE_SECONDS = 920
"""A little longer than Lambda lets a function run."""
PUBLISH_CHANGES = "publish_changes"
"""What it keeps are no events, but notes of changes."""
ARCHIVE_RECORDS = "archive_records"
"""As it does."""


def way_back(connection: Connection, name: str) -> Back | None:
    """The way back for the dead letters of this function, or part; None where there is none."""
    inbox = connection.of_function("Inbox", name)
    if inbox is not None:
        return to_inbox(connection.client("sqs"), inbox)
    if name == JOURNEYS:
        return to_journey(connection.client("stepfunctions"))
    if name == UNKNOWN_EVENTS:
        return to_bus(connection.client("events"), connection.output("BusName"))
    function = connection.of_function("Function", name)
    if name in {PUBLISH_CHANGES, ARCHIVE_RECORDS} and function is not None:
        return to_function(connection.client("dynamodbstreams"), connection.client("lambda"), function)
    return None


def redrive_now(connection: Connection) -> dict[str, dict[str, Any]]:
    """Run the stack's own function that redrives; how many it handled, by name. CommandError where it could not end."""
    options = Config(read_timeout=_REDRIVE_SECONDS, retries={"total_max_attempts": 1})
    client = connection.client("lambda", config=options)
    answer = client.invoke(FunctionName=connection.output("FunctionRedriveDeadLetters"), Payload=b"{}")
    said = json.loads(answer["Payload"].read() or b"null")
    if answer.get("FunctionError"):
        message = (
            f"redrive_dead_letters failed ({said.get('errorType')}): its log says why; nothing was lost."
        )
        raise CommandError(message, code=PROBLEMS)
    counts: dict[str, dict[str, Any]] = said
    return counts


def to_inbox(client: Any, inbox: str) -> Back:
    """Into the queue that it came from."""
    return lambda _, body: client.send_message(QueueUrl=inbox, MessageBody=body)


def to_bus(client: Any, bus: str) -> Back:
    """Onto the bus, as if the shop said it now: all that hear it by its name hear it."""
    return lambda _, body: sum(put_events(client, bus, [json.loads(body)]))


def to_journey(client: Any) -> Back:
    """To the state machine that EventBridge could not start. Started twice, a customer enters once."""

    def start(letter: DeadLetter, body: str) -> None:
        machine = letter.attributes.get("TARGET_ARN")
        if not machine:
            message = "it does not say which journey it was to start"
            raise StaysError(message)
        client.start_execution(stateMachineArn=machine, input=body)

    return start
