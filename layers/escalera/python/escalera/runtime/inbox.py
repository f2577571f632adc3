"""How a function empties its queue: what can never succeed goes to the dead letters with the reason, the rest together
to one use case, and only what may succeed later is left to the queue.

A batch that fails by an error which nobody expected is split until the guilty event stands alone: the others are
handled, and it goes to the dead letters once it has failed in `UNEXPECTED_RECEIVES` receives. A record that could not
be put among the dead letters stays with the queue: nothing is lost.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from escalera.domain.errors import ContractError, PermanentError, RetryableError
from escalera.runtime.back_off import back_off
from escalera.runtime.dead_letters import reason_of, send_to_dead_letters, unexpected_reason
from escalera.runtime.observability import logger, masked, metrics

if TYPE_CHECKING:
    from escalera.contracts.envelope import ShopEvent

T = TypeVar("T")
E = TypeVar("E", bound="ShopEvent")
Body = Mapping[str, Any]

UNEXPECTED_RECEIVES = 5
"""After so many receives an event that fails by an unexpected error is put among the dead letters, with the reason."""
_RESERVE_MS = 5_000
"""A split batch stops when so little of the function's time is left; what it did not reach stays with the queue."""
_PASCAL_CASE = r"(?:[A-Z][a-z]+){2,6}"
_BUS_ID = r"[\w-]{1,64}"


class Settled(Protocol):
    """What a use case says became of one event."""

    @property
    def error(self) -> Exception | None:
        """None: done. A PermanentError: never. Any other: later."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A plain `Settled`."""

    error: Exception | None = None


def take_in(
    event: Body,
    context: Any,
    *,
    read: Callable[[str], T],
    use: Callable[[Sequence[T]], Sequence[Settled]],
    dead_letters: str,
) -> Any:
    """Read every record of an SQS batch and hand the good ones to `use` in one call; the answer names those to retry.

    `read` raises ContractError for a body that is not what it should be; `dead_letters` is a queue's URL.
    """
    records = {record["messageId"]: record for record in event["Records"]}
    good: dict[str, T] = {}
    errors: dict[str, Exception | None] = {}
    for message_id, record in records.items():
        try:
            good[message_id] = read(record["body"])
        except Exception as wrong:  # noqa: BLE001 - whatever it is, it is this record's own
            errors[message_id] = wrong
    errors |= _used(use, good, context)
    for message_id, error in errors.items():
        if error is not None:
            errors[message_id] = _settled(records[message_id], error, dead_letters)
    later = [one for one, error in errors.items() if isinstance(error, RetryableError)]
    back_off([records[one] for one in later], beside=dead_letters)
    return _answered(event, context, errors)


def each(use: Callable[[T], object]) -> Callable[[Sequence[T]], Sequence[Settled]]:
    """A use case that takes one at a time, for `take_in`: one that fails takes no other with it."""

    def settle(one: T) -> Verdict:
        try:
            use(one)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this record's own
            return Verdict(error)
        return Verdict()

    return lambda many: [settle(one) for one in many]


def event_reader(*models: type[E]) -> Callable[[str], E]:
    """Reads the shop's events out of EventBridge's envelope; the detail-type picks the model of that name.

    What is optional and damaged is left out; each such part is logged and counted.
    """
    by_name = {re.sub(r"V\d+$", "", model.__name__): model for model in models}

    def read(body: str) -> E:
        from escalera.use_cases.read_events import read_shop_event  # noqa: PLC0415 - others load no contracts

        told = envelope(body)
        name, detail = str(told.get("detail-type")), told.get("detail")
        if name not in by_name:
            named = name if re.fullmatch(_PASCAL_CASE, name) else "an event of no such name"
            raise ContractError(f"{named}: nobody here takes it, only {', '.join(by_name)}")
        # The bus's own id of it, not the shop's: that one may say anything.
        bus_id = str(told.get("id"))
        about = f"{name} {bus_id if re.fullmatch(_BUS_ID, bus_id) else 'without an id'}"
        event, warnings = checked(about, partial(read_shop_event, by_name[name]), detail)
        for warning in warnings:
            logger().warning(
                "event taken without a part", event=about, field=warning.field, why=masked(str(warning))
            )
            metrics().add_metric("EventWarnings", "Count", 1)
        return event

    return read


def envelope(body: str) -> Body:
    """The JSON object that a record's body is."""
    try:
        told = json.loads(body)
    except ValueError as error:
        raise ContractError(f"the record is no JSON: {error}") from error
    if not isinstance(told, Mapping):
        raise ContractError("the record is no JSON object")
    return told


def checked(about: str, parse: Callable[[Any], T], data: Any) -> T:
    """What `parse` makes of the data; where it finds it wrong, a ContractError that names every field."""
    from pydantic import ValidationError  # noqa: PLC0415 - a function without contracts loads no pydantic

    try:
        return parse(data)
    except ValidationError as error:
        from escalera.contracts.error_messages import problems_of  # noqa: PLC0415 - the first that is wrong loads it

        problems = "; ".join(map(str, problems_of(error)))
        raise ContractError(masked(f"{about}: {problems}")) from None
    except ValueError as error:
        raise ContractError(masked(f"{about}: {error}")) from None


def _used(
    use: Callable[[Sequence[T]], Sequence[Settled]], good: Mapping[str, T], context: Any
) -> dict[str, Exception | None]:
    """What became of each event. A batch that fails as a whole is handed on in halves, down to the event that fails it.

    Not where the error says that a later try may succeed: a store that is down is not asked once for each event.
    """
    if not good:
        return {}
    try:
        outcomes = use(list(good.values()))
        return {message_id: one.error for message_id, one in zip(good, outcomes, strict=True)}
    except Exception as error:  # noqa: BLE001 - whatever it is, the queue brings the batch again
        if isinstance(error, RetryableError):
            logger().warning("batch left to the queue", error=type(error).__name__, why=str(error))
            return dict.fromkeys(good, error)
        logger().exception("batch failed", size=len(good))
        if len(good) == 1 or _out_of_time(context):
            return dict.fromkeys(good, error if len(good) == 1 else RetryableError("out of time"))
    return _used_in_halves(use, good, context)


def _used_in_halves(
    use: Callable[[Sequence[T]], Sequence[Settled]], good: Mapping[str, T], context: Any
) -> dict[str, Exception | None]:
    ids = list(good)
    first, rest = ids[: len(ids) // 2], ids[len(ids) // 2 :]
    done = _used(use, {one: good[one] for one in first}, context)
    trouble = next((error for error in done.values() if isinstance(error, RetryableError)), None)
    if trouble is not None:
        return done | dict.fromkeys(rest, trouble)
    return done | _used(use, {one: good[one] for one in rest}, context)


def _out_of_time(context: Any) -> bool:
    left = getattr(context, "get_remaining_time_in_millis", None)
    return left is not None and left() < _RESERVE_MS


def _settled(record: Body, error: Exception, dead_letters: str) -> Exception | None:
    """Put the record among the dead letters if no later try can help it; the answer is why it must be retried, if so."""
    if isinstance(error, PermanentError):
        return send_to_dead_letters(dead_letters, record["body"], reason_of(error))
    receives = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
    if not isinstance(error, RetryableError) and receives >= UNEXPECTED_RECEIVES:
        reason = f"{unexpected_reason(error)}, in each of {receives} receives"
        return send_to_dead_letters(dead_letters, record["body"], reason, unexpected=True)
    logger().warning("record left to the queue", error=type(error).__name__, why=str(error))
    return error


def _answered(event: Body, context: Any, errors: Mapping[str, Exception | None]) -> Any:
    if all(error is None for error in errors.values()):
        return {"batchItemFailures": []}
    # Loaded by the first record that is left to its queue: asyncio and models of every queue and stream come with it.
    from aws_lambda_powertools.utilities.batch import (  # noqa: PLC0415
        BatchProcessor,
        EventType,
        process_partial_response,
    )

    def outcome(record: Any) -> None:
        error = errors[record.message_id]
        if error is not None:
            raise error

    # A batch that failed whole is answered like any other: raising would only hide which records it was.
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(
        event=dict(event), record_handler=outcome, processor=processor, context=context
    )
