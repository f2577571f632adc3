"""What the table's stream tells: records of customers, and that of the switches."""

from collections.abc import Mapping
from typing import Any

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.records import RESTORED, UNTOLD, from_image
from escalera.adapters.dynamodb.switch_record import read_switches
from escalera.ports.written import Record, Written


def written(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Written:
    """What was written, out of the images of one change in the table's stream.

    A write that is told to nobody counts like any other as the old one of a later write. A record that a rebuild wrote
    is none at all: it was told when it first came about, and what follows from it is restored beside it.
    """
    if new is not None and RESTORED in new and new[RESTORED] != (old or {}).get(RESTORED):
        return Written(None, None, told=False)
    return Written(_maybe(old), _maybe(new), told=new is None or UNTOLD not in new)


def _maybe(image: Mapping[str, Any] | None) -> Record | None:
    if image is None:
        return None
    return read_switches(image) if keys.is_switches(image) else from_image(image)
