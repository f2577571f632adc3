"""Entries of the table's stream as the archive keeps them, and what they say of a record."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.attributes import Item
from escalera.adapters.dynamodb.records import RESTORED, SET_ASIDE
from escalera.domain.record_history import Image, Place, Position, RecordChange, Removal

_BY_LIFETIME = "dynamodb.amazonaws.com"
_SHIFT = "shifted_seconds"
_KEPT_OF_CHANGE = ("Keys", "NewImage", "SequenceNumber", "ApproximateCreationDateTime")


def archived_line(entry: Mapping[str, Any], shift: timedelta) -> bytes:
    """An entry as the archive keeps it: the record as it is since; of a removal, as it was before.

    shift: how far the clock is ahead of the system's; none but on the local stack.
    """
    change = entry["dynamodb"]
    kept = {name: change[name] for name in _KEPT_OF_CHANGE if name in change}
    if "NewImage" not in change and "OldImage" in change:
        kept["OldImage"] = change["OldImage"]
    line = {
        "eventName": entry.get("eventName"),
        "eventSourceARN": entry.get("eventSourceARN"),
        "userIdentity": entry.get("userIdentity"),
        _SHIFT: shift.total_seconds(),
        "dynamodb": kept,
    }
    found = {name: value for name, value in line.items() if value}
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False).encode()


def read_line(line: bytes) -> RecordChange:
    """The change in a line of the archive."""
    entry: dict[str, Any] = json.loads(line)
    return read_entry(entry, timedelta(seconds=entry.get(_SHIFT, 0)))


def read_entry(entry: Mapping[str, Any], shift: timedelta = timedelta(0)) -> RecordChange:
    """The change in an entry of the table's stream."""
    change = entry["dynamodb"]
    key, new, old = change["Keys"], change.get("NewImage"), change.get("OldImage")
    return RecordChange(
        place=place_of(key),
        position=Position(
            str(entry.get("eventSourceARN", "")).rpartition("/")[2], int(change["SequenceNumber"])
        ),
        at=datetime.fromtimestamp(change["ApproximateCreationDateTime"], UTC) + shift,
        image=None if new is None else content(new),
        former=None if old is None or new is not None else content(old),
        removal=None if new is not None else _removal(entry, old or key),
        begins=entry.get("eventName") == "INSERT",
        restored_by=(new or {}).get(RESTORED, {}).get("S", ""),
    )


def content(item: Mapping[str, Any]) -> Image:
    """A record in the one form in which two of the same content are equal: without the mark of a rebuild."""
    bare = {name: value for name, value in item.items() if name != RESTORED}
    return json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def item_of(image: Image) -> Item:
    """The record."""
    item: Item = json.loads(image)
    return item


def place_of(item: Mapping[str, Any]) -> Place:
    """Under which key it stands."""
    return str(item[keys.PARTITION]["S"]), str(item[keys.SORT]["S"])


def _removal(entry: Mapping[str, Any], old: Mapping[str, Any]) -> Removal:
    identity = entry.get("userIdentity") or {}
    # Lambda writes it small; the stream itself, from which the operator's tool reads again, with a capital.
    if _BY_LIFETIME in (identity.get("principalId"), identity.get("PrincipalId")):
        return Removal.EXPIRED
    ours = keys.is_name(old) or keys.is_archive_probe(old) or SET_ASIDE in old
    return Removal.OURS if ours else Removal.UNEXPLAINED
