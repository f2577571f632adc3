"""Plain Python values to DynamoDB attributes and back; absent instead of null, instants as ISO 8601 text.

Texts, numbers, truth values, lists and maps: more a record of ours never needs, and this little of it costs a
tenth of the general serializer.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Attribute = dict[str, Any]
"""An attribute value as DynamoDB and its streams write it: `{"S": "..."}`, `{"N": "1"}`, `{"M": {...}}`, ..."""
Item = dict[str, Attribute]
Plain = dict[str, Any]


def to_item(plain: Mapping[str, Any]) -> Item:
    """The attributes of a record. None, empty texts, empty lists and empty maps are left out."""
    return {name: _encoded(value) for name, value in plain.items() if not _is_nothing(value)}


def to_plain(item: Mapping[str, Mapping[str, Any]]) -> Plain:
    """The record behind the attributes, of a read or of a stream's image."""
    return {name: _decoded(attribute) for name, attribute in item.items()}


def written(at: datetime | None) -> str | None:
    """An instant as people and programs read it: `2026-03-02T10:00:00Z`, sub-seconds only when there are any."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def sortable(at: datetime) -> str:
    """An instant in a text that sorts as instants do: always with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def instant(text: str) -> datetime:
    """The instant behind the text, aware, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def maybe_instant(text: str | None) -> datetime | None:
    """The instant, if there is one."""
    return None if text is None else instant(text)


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str | dict | list) and not value)


def _encoded(value: Any) -> Attribute:
    if isinstance(value, str):
        return {"S": str(value)}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float):
        return {"N": str(value)}
    if isinstance(value, dict):
        return {"M": to_item(value)}
    if isinstance(value, list):
        return {"L": [_encoded(one) for one in value]}
    message = f"a {type(value).__name__} has no place in a record: write it as text, number, list or map"
    raise TypeError(message)


def _decoded(attribute: Mapping[str, Any]) -> Any:
    for kind, value in attribute.items():
        match kind:
            case "S" | "BOOL":
                return value
            case "N":
                return int(value) if value.lstrip("-").isdigit() else float(value)
            case "M":
                return to_plain(value)
            case "L":
                return [_decoded(one) for one in value]
            case _:
                return value  # another's attribute (a set, bytes, null): read past it
    return None
