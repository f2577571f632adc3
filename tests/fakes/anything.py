"""Anything the domain can hold, for Hypothesis to draw from."""

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from escalera.domain.customer import Customer
from escalera.domain.facts import Fact
from escalera.domain.money import Money

FACTS = get_args(Fact)
BETWEEN = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
instants = st.datetimes(*(at.replace(tzinfo=None) for at in BETWEEN), timezones=st.just(UTC))
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
numbers = st.integers(-(10**15), 10**15)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    datetime: instants,
    timedelta: st.integers(1, 10**9).map(lambda seconds: timedelta(seconds=seconds)),
    str: names,
    bool: st.booleans(),
    int: numbers,
    float: st.floats(allow_nan=False, allow_infinity=False),
    Money: st.builds(Money, numbers, st.sampled_from(["EUR", "BRL", "JPY"])),
}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of this type; texts are never empty, for where one may be absent an empty text is no text."""
    hint = getattr(hint, "__supertype__", hint)
    if hint in PLAIN:
        return PLAIN[hint]
    if get_args(hint):
        return compound(get_origin(hint), get_args(hint))
    return made(hint) if dataclasses.is_dataclass(hint) else st.sampled_from(list(hint))


def compound(origin: Any, parts: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if origin in (Union, UnionType):
        return st.one_of(*(st.none() if part is type(None) else values(part) for part in parts))
    if origin is Mapping:
        inner = values(parts[1])
        # A map or a list within a map is there because something is in it.
        inner = inner.filter(bool) if get_origin(parts[1]) in (Mapping, tuple) else inner
        return st.dictionaries(values(parts[0]), inner, max_size=3)
    if parts[-1] is Ellipsis:
        return st.lists(values(parts[0]), max_size=3).map(tuple)
    return st.tuples(*map(values, parts))


def made(of: Any) -> st.SearchStrategy[Any]:
    """Any value of this class; its plain texts may be empty."""
    hints = get_type_hints(of)
    return st.builds(
        of, **{name: names | st.just("") if hint is str else values(hint) for name, hint in hints.items()}
    )


customers: st.SearchStrategy[Customer] = made(Customer)
facts: st.SearchStrategy[Fact] = st.one_of(*map(made, FACTS))
