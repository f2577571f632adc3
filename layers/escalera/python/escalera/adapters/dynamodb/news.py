"""What the table's stream tells: records of customers, and that of the switches."""

from collections.abc import Mapping
from typing import Any

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.records import UNTOLD, Record, from_image
from escalera.adapters.dynamodb.switch_record import read_switches
from escalera.domain.switches import Switches

News = Record | Switches | None
"""What a change in the table's stream may be about."""


def news(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> tuple[News, News]:
    """What the bus is to hear of, out of the images of one change in the table's stream; None where there is nothing.

    A write that is told to nobody has no new record here; as the old one of a later write it counts like any other.
    """
    heard = None if new is None or UNTOLD in new else new
    return _maybe(old), _maybe(heard)


def _maybe(image: Mapping[str, Any] | None) -> News:
    if image is None:
        return None
    return read_switches(image) if keys.is_switches(image) else from_image(image)
