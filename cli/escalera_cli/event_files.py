"""Events in files: reading them, and putting them on the bus."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from escalera_cli.endings import PROBLEMS, CommandError
from escalera_cli.verdicts import title

Event = dict[str, Any]
"""`source`, `detail-type` and `detail`, as they stand on the bus."""

PER_PUT = 10
_ATTEMPTS = 6


def read_events(text: str, name: str) -> list[Event]:
    """Events from JSON (one, or a list) or from JSON Lines. `name` says in errors where the text is from."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        return [_line(line, f"{name}:{number}") for number, line in _lines(text)]
    return found if isinstance(found, list) else [found]


def put_events(
    client: Any,
    bus: str,
    events: Sequence[Event],
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[int]:
    """Put events on the bus ten at a time, in their order, and give after each call how many it took.

    Those that the bus does not accept are put again, some times more; then CommandError, with how many were left.
    """
    waiting = iter(events)
    while batch := list(islice(waiting, PER_PUT)):
        left, reason = batch, ""
        for attempt in range(_ATTEMPTS):
            if attempt:
                sleep(0.1 * 2**attempt)
            answer = client.put_events(Entries=[_entry(event, bus) for event in left])
            refused = [
                (event, entry)
                for event, entry in zip(left, answer["Entries"], strict=True)
                if entry.get("ErrorCode")
            ]
            left = [event for event, _ in refused]
            if not left:
                break
            reason = f"{refused[0][1]['ErrorCode']} {refused[0][1].get('ErrorMessage', '')}".strip()
        if left:
            first = title(left[0])
            message = f"The bus did not take {len(left)} of {len(batch)} events (first {first}): {reason}."
            raise CommandError(message, code=PROBLEMS)
        yield len(batch)


def _entry(event: Event, bus: str) -> dict[str, str]:
    return {
        "EventBusName": bus,
        "Source": event["source"],
        "DetailType": event["detail-type"],
        "Detail": json.dumps(event["detail"], ensure_ascii=False),
    }


def _line(line: str, where: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        message = f"{where}: this is not JSON ({error.msg} at column {error.colno})."
        raise CommandError(message, code=PROBLEMS) from error


def _lines(text: str) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip())
