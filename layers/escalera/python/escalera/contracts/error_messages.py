"""What is wrong with a payload, in plain words: the field, what was found there, and what to write instead.

Dead letters, logs and terminals show these texts, so none of them quotes a text that came from outside.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import ValidationError

_WHOLE = "the whole"
_LARGEST_QUOTED = 10**6
"""Numbers from here on are described by their kind alone: a telephone number without its plus is one."""
_NOT_DESCRIBED = frozenset(
    {
        *(
            "address",
            "email",
            "family_name",
            "given_name",
            "name",
            "phone",
            "phone_number",
            "recipient",
            "to",
        ),
        *("answer", "cause", "contact", "reason", "subject", "text"),
    }
)
"""Of fields that hold what people write or are called, not even the kind or the length is said."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing that is wrong with a payload."""

    field: str
    """Its place, such as `lines.0.unit_price.amount`."""
    found: str
    """What is wrong there, as the end of a sentence that begins with the field."""
    remedy: str
    """What to do, in the imperative; empty where `found` says it."""

    def plain(self) -> dict[str, str]:
        """As programs read it."""
        return {"field": self.field, "found": self.found, "remedy": self.remedy}

    def __str__(self) -> str:
        """One line."""
        return f"{self.field}: {self.found}" + (f"; {self.remedy}" if self.remedy else "")


def problems_of(error: "ValidationError") -> list[FieldProblem]:
    """Everything that pydantic found, each in plain words."""
    return list(_problems(error))


def _problems(error: "ValidationError") -> Iterator[FieldProblem]:
    for one in error.errors(include_url=False):
        place = one["loc"]
        field = ".".join(map(str, place)) or _WHOLE
        context = one.get("ctx", {})
        if one["type"] == "missing":
            yield FieldProblem(field, "is missing", "add it")
        elif one["type"] in {"value_error", "assertion_error"}:
            # Raised by our own validators, whose texts quote nothing.
            found, _, remedy = str(context.get("error", one["msg"])).partition(": ")
            yield FieldProblem(field, found, remedy)
        else:
            found = "has a value that cannot be used"
            if _NOT_DESCRIBED.isdisjoint(place):
                found = _described(one["input"], of_bounded_text=one["type"].startswith("string_too_"))
            yield FieldProblem(field, found, _remedy(one["type"], str(place[-1]) if place else "", context))


def _described(value: Any, *, of_bounded_text: bool) -> str:
    """What stands there, without quoting any text."""
    found = "has a value that cannot be used"
    match value:
        case None | bool():
            found = f"is {json.dumps(value)}"
        case int() | float():
            found = f"is {json.dumps(value)}" if abs(value) < _LARGEST_QUOTED else "is a long number"
        case "":
            found = "is empty"
        case str():
            found = f"{'has' if of_bounded_text else 'is a text of'} {len(value)} characters"
        case list() | tuple():
            found = f"is a list of {len(value)}"
        case Mapping():
            found = "is a JSON object"
    return found


def _remedy(kind: str, name: str, context: Mapping[str, Any]) -> str:
    """What to write instead; by pydantic's type of the error."""
    if kind in _FIXED:
        remedy = _FIXED[kind]
        return f"{remedy} of minor units, such as 1999 for 19.99" if (kind, name) in _OF_MONEY else remedy
    if kind in _BY_BOUND:
        return _BY_BOUND[kind].format(next(iter(context.values())))
    match kind:
        case "literal_error" | "enum":
            return f"write {context['expected']}"
        case "string_pattern_mismatch":
            return (
                _PATTERNS.get(str(context["pattern"]))
                or _BY_NAME.get(name)
                or (f"write it in the form {context['pattern']}")
            )
        case "model_type" | "model_attributes_type" | "dict_type" | "mapping_type" | "dataclass_type":
            return _OBJECTS.get(str(context.get("class_name", "")), "write a JSON object with its fields")
    return f"look its form up in the contract ({kind})"


_NUMBER = "write a whole number"
_INSTANT = "write a time as ISO 8601 with an offset, such as 2026-03-02T10:00:00Z"
_FIXED = {
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), _NUMBER),
    **dict.fromkeys(
        ("decimal_type", "decimal_parsing", "float_type", "float_parsing", "finite_number"), "write a number"
    ),
    **dict.fromkeys(("bool_type", "bool_parsing"), "write true or false"),
    **dict.fromkeys(("string_type", "string_unicode", "string_sub_type"), "write a text"),
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "iterable_type"), "write a list in [ ]"),
    **dict.fromkeys(
        (
            *("datetime_type", "datetime_parsing", "datetime_from_date_parsing", "datetime_object_invalid"),
            *("timezone_aware", "timezone_offset"),
        ),
        _INSTANT,
    ),
    **dict.fromkeys(("date_type", "date_parsing"), "write a date as ISO 8601, such as 2026-03-02"),
    "extra_forbidden": "take it out: the contract has no such field",
    "json_invalid": "write JSON",
    "none_required": "leave it out",
}
_OF_MONEY = {(kind, "amount") for kind in ("int_type", "int_parsing", "int_from_float", "int_parsing_size")}
_BY_BOUND = {
    "greater_than": "write more than {}",
    "greater_than_equal": "write at least {}",
    "less_than": "write less than {}",
    "less_than_equal": "write at most {}",
    "string_too_long": "write at most {} characters",
    "string_too_short": "write at least {} characters",
}
_PATTERNS = {
    r"^[A-Z]{3}$": "write a currency by its ISO 4217 code, such as EUR",
    r"^[^\s#\x00-\x1f\x7f]+$": "write an id without spaces, `#` and control characters",
}
_BY_NAME = {
    "email": "write one e-mail address, with no name around it",
    "phone": "write a phone number as E.164: a plus, the country code, digits only",
}
_OBJECTS = {
    "Amount": 'write a JSON object, such as {"amount": 1999, "currency": "EUR"}',
}
