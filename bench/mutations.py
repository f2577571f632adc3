"""What a careless, broken or hostile sender makes of a good example; all of it is small and harmless."""

import copy
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

LONGEST_TEXT = 20_000
DEEPEST = 40

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40)
    | st.datetimes().map(lambda at: at.isoformat())
    | st.sampled_from(
        ["", " ", "0", "-1", "null", "../..", "a" * LONGEST_TEXT, "ñ€𝔘\u202e\u0000", "{{ 7 * 7 }}"]
    )
)
JUNK = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
"""Any JSON, within bounds."""


def drawn(strategy: st.SearchStrategy[Any], count: int, chance: Random) -> list[Any]:
    """So many values of the strategy, the same ones for the same chance."""
    values: list[Any] = []

    @seed(chance.getrandbits(32))
    @settings(
        max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )  # fmt: skip
    @given(strategy)
    def take(value: Any) -> None:
        values.append(value)

    take()
    chance.shuffle(values)
    return values


def endless(values: Sequence[Any], chance: Random) -> Iterator[Any]:
    """The values, again and again, in changing order."""
    while True:
        yield from chance.sample(values, len(values))


def _somewhere(detail: Any, chance: Random) -> tuple[Any, Any]:
    """An object or list within the detail, and a key of it that is there."""
    holder, key = detail, chance.choice(list(detail))
    while isinstance(holder[key], dict | list) and holder[key] and chance.random() < 0.6:
        holder = holder[key]
        key = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    return holder, key


def _replace(detail: dict[str, Any], junk: Iterator[Any], chance: Random) -> None:
    holder, key = _somewhere(detail, chance)
    holder[key] = next(junk)


def _drop(detail: dict[str, Any], _junk: Iterator[Any], chance: Random) -> None:
    holder, key = _somewhere(detail, chance)
    del holder[key]


def _add(detail: dict[str, Any], junk: Iterator[Any], chance: Random) -> None:
    detail[chance.choice(["note", "customerId", "__proto__", "version ", "€", ""])] = next(junk)


def _nest(detail: dict[str, Any], _junk: Iterator[Any], chance: Random) -> None:
    holder, key = _somewhere(detail, chance)
    for _ in range(chance.randrange(2, DEEPEST)):
        holder[key] = {"of": holder[key]} if chance.random() < 0.5 else [holder[key]]


def _other_time(detail: dict[str, Any], _junk: Iterator[Any], chance: Random) -> None:
    at = datetime.fromisoformat(detail.get("occurred_at", "2026-11-24T12:00:00Z"))
    later = timedelta(days=chance.choice([-40_000, -4000, -400, -1, 1, 400, 400_000]))
    detail["occurred_at"] = (at + later).isoformat()


def _number(detail: dict[str, Any], _junk: Iterator[Any], chance: Random) -> None:
    holder, key = _somewhere(detail, chance)
    holder[key] = chance.choice([0, -1, 2**31, 2**63, 10**18, 10**40, -(10**40), 0.1, 1e308])


MUTATIONS: dict[str, Callable[[dict[str, Any], Iterator[Any], Random], None]] = {
    "a field of another kind": _replace,
    "a field is missing": _drop,
    "a field too many": _add,
    "nested deep": _nest,
    "another time": _other_time,
    "another number": _number,
}
"""How the detail of an event is spoilt, or at times merely changed."""


def mutated(example: dict[str, Any], how: str, junk: Iterator[Any], chance: Random) -> dict[str, Any]:
    """The example, spoilt in this way."""
    detail = copy.deepcopy(example)
    MUTATIONS[how](detail, junk, chance)
    return detail


def broken_json(text: str, chance: Random) -> str:
    """A text that was JSON, cut, doubled or filled with something else."""
    at = chance.randrange(len(text))
    return chance.choice(
        [text[:at], text + text, json.dumps(text), f"[{text}]", text[:at] + "\\" + text[at:]]
    )
