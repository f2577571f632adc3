"""Strict about what an event is, lenient about the rest: a damaged optional field is left out, and that is said.

An order with a phone number that is none is an order. What a model requires (ids, amounts, times) is never left out, and
nothing is guessed: a field is taken as it should be, or not at all. An event without damage is read once, as ever.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from escalera.contracts.error_messages import FieldProblem, problems_of

M = TypeVar("M", bound=BaseModel)
Place = tuple[str | int, ...]

_ROUNDS = 5
"""What is left out may show what was hidden behind it, such as a misfit of two fields."""


class MisfitError(ValueError):
    """A field that is right alone, and not beside the others; `place`: which one."""

    def __init__(self, message: str, place: Place) -> None:
        super().__init__(message)
        self.place = place


def read_leniently(model: type[M], data: Any) -> tuple[M, tuple[FieldProblem, ...]]:
    """The event, and what was left out of it or cut, and why; ValidationError where something required is damaged."""
    warnings: list[FieldProblem] = []
    first: ValidationError | None = None
    for _ in range(_ROUNDS):
        try:
            return model.model_validate(data), tuple(warnings)
        except ValidationError as error:
            first = first or error
            data, told = _without_damages(model, data, error, first)
            warnings += told
    assert first is not None  # noqa: S101 - a round that does not return fails
    raise first


def _without_damages(
    model: type[BaseModel], data: Any, error: ValidationError, first: ValidationError
) -> tuple[Any, list[FieldProblem]]:
    """The data without what this error names, and what is to be said of it."""
    told: dict[Place, FieldProblem] = {}
    for place, problem, longest in reversed(
        list(_damages(error))
    ):  # so that no place in a list moves before its turn
        optional = _optional(model, place)
        if optional is None:
            raise first from None
        if any(optional[: len(one)] == one for one in told):
            continue
        data, told[optional] = _mended(data, optional, problem, longest if optional == place else None)
    return data, list(told.values())[::-1]


def _damages(error: ValidationError) -> Iterator[tuple[Place, FieldProblem, int | None]]:
    """Where, what, and of a text that is too long, how long it may be."""
    for one, problem in zip(error.errors(include_url=False), problems_of(error), strict=True):
        cause = one.get("ctx", {}).get("error")
        place = cause.place if isinstance(cause, MisfitError) else one["loc"]
        longest = one["ctx"]["max_length"] if one["type"] == "string_too_long" else None
        yield place, problem, longest


def _optional(model: type[BaseModel], place: Place) -> Place | None:
    """The least that can be left out so that the damage at this place is gone; None: something required is damaged."""
    found: Place | None = None
    inside: type[BaseModel] | None = model
    for depth, step in enumerate(place, 1):
        if isinstance(step, int):  # one of a list
            found = place[:depth]
            continue
        field = inside.model_fields.get(step) if inside else None
        if field is None:
            break
        if not field.is_required():
            found = place[:depth]
        inside = _model_in(field.annotation)
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for one in get_args(annotation) if (model := _model_in(one))), None)


def _mended(data: Any, place: Place, problem: FieldProblem, longest: int | None) -> tuple[Any, FieldProblem]:
    """The data without what stands there, or with as much of a text as fits."""
    field = ".".join(map(str, place))
    if longest is not None:
        found = f"is cut to {longest} characters: it is longer"
        return _changed(data, place, lambda text: text[: longest - 1] + "…"), FieldProblem(
            field, found, problem.remedy
        )
    found = f"is left out: it {problem.found}" if field == problem.field else f"is left out: {_told(problem)}"
    return _changed(data, place, lambda _: _GONE), FieldProblem(field, found, problem.remedy)


_GONE: Any = object()


def _told(problem: FieldProblem) -> str:
    return (
        problem.found
        if problem.field == "the whole"
        else f"its {problem.field.rpartition('.')[2]} {problem.found}"
    )


def _changed(data: Any, place: Place, change: Callable[[Any], Any]) -> Any:
    """A copy in which what stands at this place is changed, or gone."""
    step, rest = place[0], place[1:]
    items: Any = dict(data) if isinstance(data, Mapping) else list(data)
    new = _changed(items[step], rest, change) if rest else change(items[step])
    if new is _GONE:
        del items[step]
    else:
        items[step] = new
    return items
