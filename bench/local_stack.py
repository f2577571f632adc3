"""The deployed stack as a shop sees it: it tells of purchases, and counts the thank-yous that come of them."""

import itertools
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from bench.warm import purchase
from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository
from escalera.domain.facts import Entry, Message
from escalera.domain.vocabulary import CustomerId
from escalera_cli.connection import Connection
from escalera_cli.local_shop import running_shop
from escalera_cli.local_stack import LocalStack

Found = TypeVar("Found")


class Shop:
    """A deployed Escalera; every buyer is new, and known by a number."""

    def __init__(self, stack: LocalStack, connection: Connection) -> None:
        self.stack = stack
        self.connection = connection
        self._numbers = itertools.count(1)
        self._events = connection.client("events")
        table = connection.client("dynamodb")
        self._customers = DynamoDBCustomerRepository(connection.output("TableName"), lambda *_: table)

    def sell(self, count: int = 1) -> tuple[range, datetime]:
        """So many buy; gives their numbers, and the moment before the first event was put on the bus."""
        first = next(self._numbers)
        buyers = range(first, first + count)
        for _ in buyers[1:]:
            next(self._numbers)
        now = self.stack.settings()["now"]
        entries = [self._entry({**purchase(number, number), "occurred_at": now}) for number in buyers]
        began = datetime.now(UTC)
        for start in range(0, count, 10):
            answer = self._events.put_events(Entries=entries[start : start + 10])
            if answer["FailedEntryCount"]:
                raise AssertionError(answer)
        return buyers, began

    def _entry(self, detail: dict[str, Any]) -> dict[str, Any]:
        return {
            "EventBusName": self.connection.output("BusName"),
            "Source": "shop",
            "DetailType": "PurchaseCompleted",
            "Detail": json.dumps(detail),
        }

    def thanked(self) -> dict[int, list[datetime]]:
        """When SES took mails, by the number of their customer."""
        taken: dict[int, list[datetime]] = {}
        for mail in self.stack.emails():
            taken.setdefault(int(mail.tags["customer"].removeprefix("c-")), []).append(mail.at)
        return taken

    def ledger(self, number: int) -> tuple[Entry | None, Message | None]:
        """The journey that this customer's purchase began, and the ledger's row of its thank-you."""
        facts = self._customers.facts_of(CustomerId(f"c-{number}"))
        entry = next((fact for fact in facts if isinstance(fact, Entry)), None)
        return entry, next((fact for fact in facts if isinstance(fact, Message)), None)


@contextmanager
def deployed(*, wait_scale: float) -> Iterator[Shop]:
    """Deploy the stack for as long as the context lasts; `wait_scale`: how long a second of a state machine lasts."""
    with (
        tempfile.TemporaryDirectory(prefix="escalera-bench-") as folder,
        running_shop(Path(folder), wait_scale=wait_scale, report=lambda *_: None) as (stack, connection),
    ):
        yield Shop(stack, connection)


def wait_until(look: Callable[[], Found | None], what: str, *, within: float = 120) -> Found:
    """Give what is found once something is; `within` real seconds."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError(f"within {within:g} s not seen: {what}")
