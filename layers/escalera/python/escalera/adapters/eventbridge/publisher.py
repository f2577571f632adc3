"""Puts events on the bus, as many in one call as EventBridge takes."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from escalera.domain.errors import RetryableError
from escalera.ports.events import OutgoingEvent

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

Connect = Callable[[str, Mapping[str, Any]], Any]

SOURCE = "escalera"
ENTRIES_PER_CALL = 10
BYTES_PER_CALL = 256 * 1024
_BYTES_OF_TIME = 14
CLIENT_SETTINGS: Mapping[str, Any] = {
    "connect_timeout": 1,
    "read_timeout": 5,
    "retries": {"mode": "standard", "total_max_attempts": 3},
    "parameter_validation": False,
}


class EventBridgePublisher:
    """An `EventPublisher` over one bus. An event told twice is the same event: its id says so."""

    def __init__(self, bus: str, connect: Connect) -> None:
        self._bus = bus
        self._connect = connect

    @cached_property
    def client(self) -> "EventBridgeClient":
        """The low-level client, made when first needed."""
        client: EventBridgeClient = self._connect("events", CLIENT_SETTINGS)
        return client

    def publish(self, events: Sequence[OutgoingEvent]) -> list[int]:
        """Put all; the indexes of those not accepted. RetryableError when not even one could be put."""
        refused: list[int] = []
        trouble: Exception | None = None
        for start, entries in _calls([self._entry(event) for event in events]):
            try:
                results = self.client.put_events(Entries=entries)["Entries"]
            except (RetryableError, ClientError) as error:
                trouble = error
                refused.extend(range(start, start + len(entries)))
                continue
            refused.extend(start + offset for offset, result in enumerate(results) if result.get("ErrorCode"))
        if trouble and len(refused) == len(events):
            message = f"bus {self._bus} takes no events ({type(trouble).__name__}): all {len(events)} are still to be put"
            raise RetryableError(message) from trouble
        return refused

    def _entry(self, event: OutgoingEvent) -> "PutEventsRequestEntryTypeDef":
        return {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": event.name,
            "Time": event.occurred_at,
            "Detail": json.dumps(event.detail, ensure_ascii=False, separators=(",", ":")),
        }


def _calls(
    entries: "Sequence[PutEventsRequestEntryTypeDef]",
) -> "Iterator[tuple[int, list[PutEventsRequestEntryTypeDef]]]":
    """The entries in order, as many together as a call takes, each call with the index it starts at."""
    start, weight = 0, 0
    call: list[PutEventsRequestEntryTypeDef] = []
    for index, entry in enumerate(entries):
        size = _bytes_of(entry)
        if call and (len(call) == ENTRIES_PER_CALL or weight + size > BYTES_PER_CALL):
            yield start, call
            start, weight, call = index, 0, []
        call.append(entry)
        weight += size
    if call:
        yield start, call


def _bytes_of(entry: "PutEventsRequestEntryTypeDef") -> int:
    """As EventBridge counts (PutEvents quota): time, source, detail type and detail."""
    texts = (entry["Source"], entry["DetailType"], entry["Detail"])
    return _BYTES_OF_TIME + sum(len(text.encode()) for text in texts)
