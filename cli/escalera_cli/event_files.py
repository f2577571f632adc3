"""Events in files: reading them, saying field by field what is wrong with them, and putting them on the bus."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import Any

from pydantic import ValidationError

from escalera.contracts.registry import SHOP_EVENTS
from escalera_cli.endings import PROBLEMS, CommandError

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


def problems_of(event: Any) -> list[str]:
    """What is wrong with a shop's event, each as `field: what`; empty when the contract is met."""
    if not isinstance(event, dict):
        return ["an event is a JSON object with source, detail-type and detail"]
    source, name, detail = event.get("source"), event.get("detail-type"), event.get("detail")
    found = []
    if not is_of_a_shop(event):
        found.append(f'source: is {source!r}; write "shop", or a name that begins with "shop."')
    if not isinstance(name, str) or name not in SHOP_EVENTS:
        found.append(f"detail-type: is {name!r};{_near(name)} known are {', '.join(SHOP_EVENTS)}")
        return found
    try:
        SHOP_EVENTS[name].model_validate(detail)
    except ValidationError as error:
        found += [f"{_field(one['loc'])}: {one['msg']}" for one in error.errors()]
    return found


def is_of_a_shop(event: Any) -> bool:
    """Whether a shop says it, by its source."""
    source = event.get("source") if isinstance(event, dict) else None
    return isinstance(source, str) and (source == "shop" or source.startswith("shop."))


def title(event: Any) -> str:
    """How to speak of an event: its name and its producer's id."""
    if not isinstance(event, dict):
        return "no event"
    detail = event.get("detail")
    identity = detail.get("event_id") if isinstance(detail, dict) else None
    return " ".join(
        str(part) for part in (event.get("detail-type") or "an event without a name", identity) if part
    )


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


def _near(name: Any) -> str:
    near = get_close_matches(name, SHOP_EVENTS, n=1) if isinstance(name, str) else []
    return f" {near[0]} is near;" if near else ""


def _field(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)) or "detail"
