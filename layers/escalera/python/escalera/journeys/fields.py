"""The kinds of fields that the shop's files have: durations, names, lists without repeats. Build time only."""

from collections.abc import Hashable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from escalera.domain.vocabulary import AbcClass, Language, MessageChannel, Rung
from escalera.journeys.durations import parse_duration

DURATION_PATTERN = r"^[0-9]{1,9}[smhdw]$"
NAME_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"


def _read_duration(value: Any) -> int:
    if not isinstance(value, str):
        code, message = (
            "duration",
            "a duration is a whole number and its unit (s, m, h, d, w), such as 90s, 1h or 5d",
        )
        raise PydanticCustomError(code, message)
    return parse_duration(value)


def as_list(value: Any) -> Any:
    """A single value as a list of one; a list as it is."""
    return value if isinstance(value, list | tuple) else [value]


def _no_repeats(values: tuple[Hashable, ...]) -> tuple[Hashable, ...]:
    if len(set(values)) != len(values):
        message = "the same value stands here twice"
        raise ValueError(message)
    return values


def _not_empty(values: tuple[Any, ...]) -> tuple[Any, ...]:
    # Not `min_length`: that would also complain of a list whose entries are wrong.
    if not values:
        message = "the list is empty: write at least one"
        raise ValueError(message)
    return values


def one_or_more(values: list[str]) -> WithJsonSchema:
    """The JSON Schema of a value or a list of values."""
    one = {"enum": values, "type": "string"}
    return WithJsonSchema({"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]})


_ONE_NAME = {"pattern": NAME_PATTERN, "type": "string"}
ONE_NAME_OR_MORE = WithJsonSchema(
    {"anyOf": [_ONE_NAME, {"type": "array", "items": _ONE_NAME, "minItems": 1}]}
)
"""The JSON Schema of a name or a list of names."""


Duration = Annotated[
    int,
    BeforeValidator(_read_duration),
    WithJsonSchema({"type": "string", "pattern": DURATION_PATTERN, "examples": ["15m", "1h", "5d"]}),
]
LongerThanNothing = Annotated[Duration, Field(ge=1)]
Name = Annotated[str, Field(pattern=NAME_PATTERN, max_length=40)]
EventName = Annotated[str, Field(pattern=r"^[A-Z][A-Za-z]+$")]
Prose = Annotated[str, Field(min_length=1)]
Unique = AfterValidator(_no_repeats)
NOT_EMPTY = (AfterValidator(_not_empty), Field(json_schema_extra={"minItems": 1}))
Channels = Annotated[tuple[MessageChannel, ...], *NOT_EMPTY, Unique]
Classes = Annotated[tuple[AbcClass, ...], *NOT_EMPTY, Unique]


def some_of(kind: type[AbcClass | Rung | Language | MessageChannel]) -> Any:
    """One or more of the values of an enumeration; a single one may stand without its list. None when left out."""
    listed = tuple[kind, ...]  # type: ignore[valid-type] # built at run time, one for each kind
    values = [str(member.value) for member in kind]
    return Annotated[listed, BeforeValidator(as_list), *NOT_EMPTY, Unique, one_or_more(values)] | None


class FileModel(BaseModel):
    """Whatever a shop writes: no unknown keys, nothing guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
