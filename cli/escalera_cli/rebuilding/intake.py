"""What stands still while the table is rebuilt: the inboxes. Their queues keep every event meanwhile."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from escalera_cli.connection import Connection
from escalera_cli.endings import PROBLEMS, CommandError

_POLL_SECONDS = 2.0
_ATTEMPTS = 90


@contextmanager
def paused_intake(connection: Connection, *, sleep: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """No inbox is read in this context; all of them are again afterwards, however it ends."""
    client = connection.client("lambda")
    mappings = [one for name in connection.names_with("Inbox") for one in _mappings(connection, client, name)]
    try:
        for one in mappings:
            client.update_event_source_mapping(UUID=one, Enabled=False)
        _await_still(client, mappings, sleep)
        yield
    finally:
        for one in mappings:
            _enable(client, one, sleep)


def _enable(client: Any, mapping: str, sleep: Callable[[float], None]) -> None:
    """Lambda refuses while it is still busy with the change before."""
    for left in range(_ATTEMPTS, -1, -1):
        try:
            client.update_event_source_mapping(UUID=mapping, Enabled=True)
        except client.exceptions.ResourceInUseException:
            if not left:
                raise
            sleep(_POLL_SECONDS)
        else:
            return


def _mappings(connection: Connection, client: Any, name: str) -> list[str]:
    function = connection.of_function("Function", name)
    if function is None:
        return []
    found = client.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
    return [one["UUID"] for one in found if ":sqs:" in one["EventSourceArn"]]


def _await_still(client: Any, mappings: list[str], sleep: Callable[[float], None]) -> None:
    for _ in range(_ATTEMPTS):
        states = {client.get_event_source_mapping(UUID=one)["State"] for one in mappings}
        if states <= {"Disabled"}:
            return
        sleep(_POLL_SECONDS)
    raise CommandError(
        "The inboxes do not stand still: Lambda has not disabled their mappings. Nothing was written; try again.",
        code=PROBLEMS,
    )
