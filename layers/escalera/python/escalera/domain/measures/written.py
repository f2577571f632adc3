"""Measures as JSON and back: what the daily facts are kept as, and what scripts read.

Each rate and average carries its `value` besides the numbers it is made of; on reading these are left aside.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from escalera.domain.measures.figures import Average, Rate
from escalera.domain.measures.result import Measures

MEASURES_VERSION = 1


def to_json(measures: Measures) -> dict[str, Any]:
    """Plain JSON, the version first."""
    plain: dict[str, Any] = _plain(measures)
    return {"version": MEASURES_VERSION, **plain}


def from_json(data: Mapping[str, Any]) -> Measures:
    """Read what `to_json` of this release, or of an earlier one of the same version, wrote.

    ValueError for another version, or for what are no measures.
    """
    if data.get("version") != MEASURES_VERSION:
        message = f"measures of version {data.get('version')}, this release reads {MEASURES_VERSION}: use a newer one"
        raise ValueError(message)
    return _reader().validate_python({name: value for name, value in data.items() if name != "version"})


@cache
def _reader() -> TypeAdapter[Measures]:
    return TypeAdapter(Measures)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        plain = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {**plain, "value": value.value} if isinstance(value, Rate | Average) else plain
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
