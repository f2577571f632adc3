"""EventBridge patterns, matched as AWS matches them, so that tests can ask which events a rule lets through.

Paths are compared joined by dots, as AWS does; fields found inside one array must come from the same element of it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from operator import eq, ge, gt, le, lt
from typing import Any

Test = Callable[[Any], bool]
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, "=": eq, ">=": ge, ">": gt}
# AWS refuses wildcards by the size of the automaton they make; for one pattern this count decides alike.
MOST_WILDCARDS = 5


class InvalidPatternError(ValueError):
    """AWS would refuse this pattern."""


@dataclass(frozen=True)
class Leaf:
    """A value of an event, and which element of each array around it holds it."""

    value: Any
    elements: Mapping[str, int]


@dataclass(frozen=True)
class Field:
    """What may stand at one path."""

    tests: tuple[Test, ...]
    may_be_absent: bool


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether the pattern lets the event through; raises `InvalidPatternError` if it is no pattern at all."""
    leaves: dict[str, list[Leaf]] = {}
    for path, leaf in _leaves(event):
        leaves.setdefault(path, []).append(leaf)
    return any(_holds(list(fields.items()), leaves, {}) for fields in _alternatives(pattern, ""))


def _holds(
    fields: list[tuple[str, Field]], leaves: Mapping[str, list[Leaf]], chosen: Mapping[str, int]
) -> bool:
    if not fields:
        return True
    (path, field), *others = fields
    found = leaves.get(path, [])
    if not found:
        return field.may_be_absent and _holds(others, leaves, chosen)
    return any(
        any(test(leaf.value) for test in field.tests) and _holds(others, leaves, {**chosen, **leaf.elements})
        for leaf in found
        if all(chosen.get(array, index) == index for array, index in leaf.elements.items())
    )


def _leaves(
    value: Any, path: str = "", elements: Mapping[str, int] | None = None
) -> Iterator[tuple[str, Leaf]]:
    elements = elements or {}
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else key, elements)
    elif isinstance(value, list):
        array = f"{path}[{len(elements)}]"
        for index, inner in enumerate(value):
            yield from _leaves(inner, path, {**elements, array: index})
    else:
        yield path, Leaf(value, elements)


def _alternatives(pattern: Any, path: str) -> list[dict[str, Field]]:
    """Every way to satisfy the pattern, `$or` spelled out, each as the fields that must all hold."""
    ways: list[dict[str, Field]] = [{}]
    for key, inner in pattern.items():
        if key == "$or" and isinstance(inner, list):
            if len(inner) < 2 or not all(isinstance(one, Mapping) for one in inner):
                raise InvalidPatternError("$or takes two objects or more")
            further = [way for one in inner for way in _alternatives(one, path)]
        else:
            further = _at(f"{path}.{key}" if path else key, inner)
        ways = [{**one, **other} for one in ways for other in further]
    return ways


def _at(path: str, inner: Any) -> list[dict[str, Field]]:
    if isinstance(inner, Mapping):
        if not inner:
            raise InvalidPatternError(f"{path}: empty objects are not allowed")
        return _alternatives(inner, path)
    if not isinstance(inner, list):
        raise InvalidPatternError(f"{path} must be an object or an array")
    if not inner:
        raise InvalidPatternError(f"{path}: empty arrays are not allowed")
    absent = {"exists": False} in inner
    return [
        {path: Field(tuple(_test(one) for one in inner if one != {"exists": False}), may_be_absent=absent)}
    ]


def _test(wanted: Any) -> Test:
    if not isinstance(wanted, Mapping):
        return lambda value: _same(value, wanted)
    if len(wanted) != 1:
        raise InvalidPatternError("one operator at a time")
    (name, operand), *_ = wanted.items()
    if name not in OPERATORS:
        raise InvalidPatternError(f"unknown operator {name}")
    return OPERATORS[name](operand)


def _same(one: Any, other: Any) -> bool:
    # In Python True equals 1; in JSON it does not.
    return type(one) is type(other) and bool(one == other)


def _string(operand: Any, *, empty: bool = True) -> str:
    if not isinstance(operand, str):
        raise InvalidPatternError(f"{operand!r} must be a string")
    if not operand and not empty:
        raise InvalidPatternError("an empty string is not allowed")
    return operand


def _on_text(judge: Callable[[str], bool]) -> Test:
    return lambda value: isinstance(value, str) and judge(value)


def _ignore_case(operand: Any) -> Test:
    wanted = _string(operand).lower()
    return _on_text(lambda value: value.lower() == wanted)


def _affix(judge: Callable[[str, str], bool], *, or_any_case: bool) -> Callable[[Any], Test]:
    def operator(operand: Any) -> Test:
        if or_any_case and isinstance(operand, Mapping) and list(operand) == ["equals-ignore-case"]:
            lower = _string(operand["equals-ignore-case"]).lower()
            return _on_text(lambda value: judge(value.lower(), lower))
        wanted = _string(operand, empty=or_any_case)
        return _on_text(lambda value: judge(value, wanted))

    return operator


def _wildcard(operand: Any) -> Test:
    wanted = _string(operand)
    if "**" in wanted:
        raise InvalidPatternError("two wildcards in a row")
    if wanted.count("*") > MOST_WILDCARDS:
        raise InvalidPatternError("too complex")
    expression = re.compile(".*".join(map(re.escape, wanted.split("*"))), re.DOTALL)
    return _on_text(lambda value: expression.fullmatch(value) is not None)


def _exists(operand: Any) -> Test:
    if not isinstance(operand, bool):
        raise InvalidPatternError("exists takes true or false")
    return lambda _: operand


def _cidr(operand: Any) -> Test:
    text = _string(operand)
    if text.count("/") != 1:
        raise InvalidPatternError("malformed CIDR, one '/' required")
    try:
        network = ip_network(text, strict=False)
    except ValueError as error:
        raise InvalidPatternError(str(error)) from error

    def within(value: str) -> bool:
        try:
            return ip_address(value) in network
        except ValueError:
            return False

    return _on_text(within)


def _numeric(operand: Any) -> Test:
    if not isinstance(operand, list) or len(operand) not in {2, 4}:
        raise InvalidPatternError("numeric takes pairs of a comparison and a number")
    pairs = list(zip(operand[::2], operand[1::2], strict=True))
    if any(sign not in COMPARISONS or not _is_number(bound) for sign, bound in pairs):
        raise InvalidPatternError("numeric takes comparisons with numbers")
    return lambda value: _is_number(value) and all(COMPARISONS[sign](value, bound) for sign, bound in pairs)


def _anything_but(operand: Any) -> Test:
    if isinstance(operand, Mapping):
        (name, inner), *more = operand.items()
        if more or name not in AFFIXES:
            raise InvalidPatternError(f"anything-but does not know {', '.join(operand)}")
        refused = [AFFIXES[name](one) for one in (inner if isinstance(inner, list) else [inner])]
    else:
        listed = operand if isinstance(operand, list) else [operand]
        if not listed or not (all(isinstance(one, str) for one in listed) or all(map(_is_number, listed))):
            raise InvalidPatternError("anything-but takes strings or numbers")
        refused = [_test(one) for one in listed]
    return lambda value: not any(test(value) for test in refused)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


AFFIXES: dict[str, Callable[[Any], Test]] = {
    "prefix": _affix(str.startswith, or_any_case=False),
    "suffix": _affix(str.endswith, or_any_case=False),
    "equals-ignore-case": _ignore_case,
    "wildcard": _wildcard,
}
OPERATORS: dict[str, Callable[[Any], Test]] = {
    "prefix": _affix(str.startswith, or_any_case=True),
    "suffix": _affix(str.endswith, or_any_case=True),
    "equals-ignore-case": _ignore_case,
    "wildcard": _wildcard,
    "exists": _exists,
    "cidr": _cidr,
    "numeric": _numeric,
    "anything-but": _anything_but,
}
