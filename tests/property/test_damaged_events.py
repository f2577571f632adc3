"""Whatever optional part of an event is damaged, the rest of it is read, and what is left out is said."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from escalera.contracts.registry import SHOP_EVENTS
from escalera.use_cases.read_events import read_shop_event

CONTACT = {
    "given_name": "Ana",
    "email": "ana@example.com",
    "phone": "+34600000001",
    "time_zone": "Europe/Madrid",
}
MORE: dict[str, dict[str, Any]] = {"PurchaseCompleted": {"contact": CONTACT}}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False)
    | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def core(name: str) -> set[str]:
    return {field for field, info in SHOP_EVENTS[name].model_fields.items() if info.is_required()}


def places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([place] if place else []), *(one for key, part in inner for one in places(part, (*place, key)))]


@given(st.data())
def test_event_with_damaged_optional_parts_keeps_its_core(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SHOP_EVENTS)))
    model = SHOP_EVENTS[name]
    whole = {**copy.deepcopy(model.EXAMPLE), **copy.deepcopy(MORE.get(name, {}))}
    detail = copy.deepcopy(whole)
    optional = [place for place in places(detail) if place[0] not in core(name)]
    for place in data.draw(st.lists(st.sampled_from(optional), max_size=4)) if optional else ():
        at: Any = detail
        for key in place[:-1]:
            at = at[key] if isinstance(at, dict | list) and _there(at, key) else {}
        if isinstance(at, dict | list) and _there(at, place[-1]):
            at[place[-1]] = data.draw(JSON)
    given_in = copy.deepcopy(detail)
    event, warnings = read_shop_event(model, detail)
    assert detail == given_in, "the event is read, not changed"
    expected = model.model_validate({field: whole[field] for field in core(name)})
    for field in core(name):
        assert getattr(event, field) == getattr(expected, field)
    assert bool(warnings) == (not _is_right(model, detail))
    assert all("is left out" in one.found or "is cut to" in one.found for one in warnings)


@given(st.data())
def test_event_with_a_damaged_core_is_refused_or_read_as_it_says(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SHOP_EVENTS)))
    model = SHOP_EVENTS[name]
    field = data.draw(st.sampled_from(sorted(core(name) - {"customer_id"})))
    detail = {**model.EXAMPLE, field: data.draw(JSON)}
    if _is_right(model, detail):
        assert read_shop_event(model, detail) == (model.model_validate(detail), ())
        return
    with pytest.raises(ValidationError) as refused:
        read_shop_event(model, detail)
    assert {str(one["loc"][0]) for one in refused.value.errors()} == {field}


def _there(container: Any, key: Any) -> bool:
    if isinstance(container, dict):
        return key in container
    return isinstance(key, int) and key < len(container)


def _is_right(model: type[BaseModel], detail: Any) -> bool:
    try:
        model.model_validate(json.loads(json.dumps(detail)))
    except ValidationError:
        return False
    return True
