"""A file against its model: pydantic's findings, put in the words of whoever writes the file."""

import types
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from escalera.journeys.fields import FileModel
from escalera.journeys.file_model import VERBS, Case, Otherwise
from programme_compiler.problems import Problem, did_you_mean
from programme_compiler.yaml_files import Place, YamlFile

Model = TypeVar("Model", bound=FileModel)

_TAGS: dict[str, type[FileModel]] = {
    **{f"<{verb}>": model for verb, model in VERBS.items()},
    "<if>": Case,
    "<else>": Otherwise,
}
_KINDS = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "dict_type": "keys with their values",
    "mapping_type": "keys with their values",
    "model_type": "keys with their values",
    "model_attributes_type": "keys with their values",
    "list_type": "a list",
    "tuple_type": "a list",
}
_GONE: dict[tuple[str | int, ...], str] = {
    ("shop", "preferences_url"): (
        "Take it out: each customer has a page of their own for this now, and messages link to it by "
        "{{ links.preferences }}."
    ),
}
"""Keys of earlier releases, and what became of them."""
_BOUNDS = {
    "greater_than": "more than",
    "greater_than_equal": "at least",
    "less_than": "less than",
    "less_than_equal": "at most",
    "string_too_long": "at most",
    "string_too_short": "at least",
}


def read_as(model: type[Model], file: YamlFile) -> Model | None:
    """The file as its model; None, with the reasons among the file's problems, if it does not fit."""
    if file.data is None and not file.problems:
        file.problems.append(file.problem((), "the file is empty", f"It needs: {', '.join(_keys(model))}."))
    if file.problems:
        return None
    try:
        return model.model_validate(file.data)
    except ValidationError as error:
        file.problems.extend(_problem(model, file, one) for one in _told_once(error.errors()))
        return None


def _told_once(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without the missing keys that are there, but misspelled: one slip is one problem."""
    strange = [error["loc"] for error in errors if error["type"] == "extra_forbidden"]

    def misspelled(missing: Place) -> bool:
        beside = [str(loc[-1]) for loc in strange if loc[:-1] == missing[:-1]]
        return bool(get_close_matches(str(missing[-1]), beside))

    return [error for error in errors if error["type"] != "missing" or not misspelled(error["loc"])]


def _problem(model: type[FileModel], file: YamlFile, error: ErrorDetails) -> Problem:
    place = tuple(part for part in error["loc"] if part not in _TAGS and part != "[key]")
    what, mend = _in_words(model, error)
    return file.problem(place, what, mend)


def _in_words(model: type[FileModel], error: ErrorDetails) -> tuple[str, str]:
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    names = [part for part in error["loc"] if isinstance(part, str) and part not in _TAGS]
    field = names[-1] if names else "this"
    match kind:
        case "missing":
            words = f"`{field}` is missing here", f"Add a line `{field}: ...`."
        case "extra_forbidden":
            words = _unknown_key(model, error["loc"])
        case "no_verb":
            words = _no_verb(given)
        case "enum" | "literal_error":
            known = [word.strip(" '") for word in str(context["expected"]).replace(" or ", ", ").split(",")]
            words = f"`{_shown(given)}` is not a value of `{field}`", did_you_mean(str(given), known)
        case "string_pattern_mismatch":
            words = _not_a_name(field, given, str(context["pattern"]))
        case _ if kind in _KINDS:
            words = f"`{field}` must be {_KINDS[kind]}, not `{_shown(given)}`", f"Write {_KINDS[kind]} here."
        case _ if kind in _BOUNDS:
            words = _out_of_bounds(field, given, kind, context)
        case _:
            what, _, mend = error["msg"].removeprefix("Value error, ").partition(": ")
            words = f"`{field}`: {what}" if names else what, mend[:1].upper() + mend[1:]
    return words


def _out_of_bounds(field: str, given: Any, kind: str, context: dict[str, Any]) -> tuple[str, str]:
    bound = next(iter(context.values()))
    bound = f"{bound:g}" if isinstance(bound, float) else bound
    if kind.startswith("string_"):
        return f"`{field}` has {len(str(given))} letters", f"It must have {_BOUNDS[kind]} {bound}."
    return f"`{field}` is {_shown(given)}", f"It must be {_BOUNDS[kind]} {bound}."


def _unknown_key(model: type[FileModel], loc: tuple[str | int, ...]) -> tuple[str, str]:
    key = str(loc[-1])
    holder = _model_at(model, loc[:-1])
    known = list(_keys(holder)) if holder else []
    verbs_here = [verb for verb, step in VERBS.items() if step is holder]
    if key in VERBS and verbs_here:
        return (
            f"this step says both `{verbs_here[0]}` and `{key}`",
            "Make two steps of it, each with its own dash.",
        )
    if loc in _GONE:
        return f"`{key}` is not needed any more", _GONE[loc]
    return f"`{key}` is not a key of this part", did_you_mean(key, known)


def _no_verb(given: Any) -> tuple[str, str]:
    if not isinstance(given, dict):
        return (
            f"`{_shown(given)}` is not a step",
            "Write a verb and what it is about, such as `- send: thank-you`.",
        )
    for key in given:
        hint = did_you_mean(str(key), VERBS)
        if hint.startswith("Did"):
            return f"no step is called `{key}`", hint
    return f"this step has none of the verbs ({', '.join(map(str, given)) or 'it is empty'})", did_you_mean(
        "", VERBS
    )


def _not_a_name(field: str, given: Any, pattern: str) -> tuple[str, str]:
    what = f"`{_shown(given)}` cannot stand as `{field}`"
    if pattern.startswith("^[a-z]"):
        tidy = "-".join("".join(sign if sign.isalnum() else " " for sign in str(given).lower()).split())
        return what, f"Write small letters, digits and hyphens, such as `{tidy or 'thank-you'}`."
    if pattern == "^[A-Z]{3}$":
        return what, "Write a currency by its ISO 4217 code, such as `EUR`."
    if pattern.startswith("^[A-Z0-9]"):
        return what, "Write 2 to 10 capital letters or digits, such as `HOLA`."
    return what, "Write an event's name, such as `PurchaseRecorded`."


def _model_at(model: type[FileModel] | None, loc: Place) -> type[FileModel] | None:
    for part in loc:
        if model is None:
            return None
        if isinstance(part, str) and part in _TAGS:
            model = _TAGS[part]
        elif isinstance(part, str):
            field = next((f for name, f in model.model_fields.items() if part in (name, f.alias)), None)
            found = next(_models_in(field.annotation), None) if field else None
            model = found or (model if field is None else None)
    return model


def _models_in(annotation: Any) -> Iterator[type[FileModel]]:
    if isinstance(annotation, type) and issubclass(annotation, FileModel):
        yield annotation
    elif get_origin(annotation) in (Union, types.UnionType, tuple, dict) or hasattr(
        annotation, "__metadata__"
    ):
        for part in get_args(annotation):
            yield from _models_in(part)


def _keys(model: type[FileModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield field.alias or name


def _shown(given: Any) -> str:
    if isinstance(given, bool):
        return str(given).lower()
    text = str(given)
    return text if len(text) <= 40 else f"{text[:37]}..."
