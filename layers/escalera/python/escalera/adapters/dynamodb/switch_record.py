"""The record that says which journeys are paused."""

from collections.abc import Mapping
from typing import Any

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.attributes import (
    Item,
    Plain,
    instant,
    maybe_instant,
    to_item,
    to_plain,
    written,
)
from escalera.domain.switches import JourneySwitch, Pause, Switches
from escalera.domain.vocabulary import JourneyName


def write_switches(switches: Switches) -> Item:
    """The record as the table keeps it."""
    journeys = {
        name: [_said({"since": written(one.since), "until": written(one.until)}) for one in switch.pauses]
        for name, switch in switches.journeys.items()
    }
    return {**keys.switches(), **to_item({"journeys": journeys, "version": switches.version})}


def read_switches(item: Mapping[str, Any]) -> Switches:
    """The switches behind the record, as a read or the table's stream gives it."""
    plain = to_plain(item)
    found = {
        JourneyName(name): JourneySwitch(tuple(map(_pause, pauses)))
        for name, pauses in plain.get("journeys", {}).items()
    }
    return Switches(found, plain["version"])


def _said(plain: Plain) -> Plain:
    return {name: value for name, value in plain.items() if value is not None}


def _pause(plain: Plain) -> Pause:
    return Pause(instant(plain["since"]), maybe_instant(plain.get("until")))
