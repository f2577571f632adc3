"""Conditions of journeys, judged against what is known of the customer. Pure, and light to import.

A condition is plain JSON, in the normal form the journey file's model writes: `class`, `group`, `rung` and
`language` are lists (one of), all keys must hold, `not` turns one condition round, `any` is a list of which one must hold.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from escalera.domain.errors import ContractError

ABOUT_ORDER = frozenset({"order_delivered", "order_returned"})
"""The keys that ask about the order which caused the journey."""
ABOUT_COMPLAINT = frozenset({"complaint_answered"})
"""The keys that ask about the complaint which caused it."""


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a condition may ask about. `abc_class` is None until the classes were first computed."""

    rung: str
    orders: int
    language: str
    abc_class: str | None = None
    groups: frozenset[str] = frozenset()
    """The programme's groups the customer is in, as of the last night."""
    quiet: bool = False
    has_open_complaint: bool = False
    consents: frozenset[tuple[str, str]] = frozenset()
    """(purpose, channel) pairs the customer has given."""
    complaint_answered: bool = False
    """Whether the complaint that caused the journey was answered."""
    order_delivered: bool = False
    """Whether the order that caused the journey was delivered."""
    order_returned: bool = False
    """Whether all of the order that caused the journey was given back."""


def holds(condition: Mapping[str, Any], situation: Situation) -> bool:
    """Whether every key of the condition holds; an empty one does. ContractError for a key nobody knows."""
    return all(_key_holds(key, wanted, situation) for key, wanted in condition.items())


def keys_of(conditions: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """All keys these conditions ask about, those within `not` and `any` too."""
    keys: set[str] = set()
    for condition in conditions:
        keys |= condition.keys()
        inner = [condition["not"]] if "not" in condition else []
        keys |= keys_of([*inner, *condition.get("any", ())])
    return frozenset(keys)


def first_that_holds(cases: Sequence[Mapping[str, Any]], situation: Situation) -> int | None:
    """The index of the first condition that holds; None when none does."""
    return next((index for index, case in enumerate(cases) if holds(case, situation)), None)


def _key_holds(key: str, wanted: Any, situation: Situation) -> bool:  # noqa: PLR0911 - JSON; one return a key
    match key:
        case "class":
            return situation.abc_class in wanted
        case "group":
            return not situation.groups.isdisjoint(wanted)
        case "rung":
            return situation.rung in wanted
        case "language":
            return situation.language in wanted
        case "orders":
            most = wanted.get("at_most")
            return bool(
                situation.orders >= wanted.get("at_least", 0) and (most is None or situation.orders <= most)
            )
        case "quiet" | "has_open_complaint" | "complaint_answered" | "order_delivered" | "order_returned":
            return bool(getattr(situation, key) == wanted)
        case "consents":
            return any(
                purpose == wanted["purpose"] and wanted.get("channel") in (None, channel)
                for purpose, channel in situation.consents
            )
        case "not":
            return not holds(wanted, situation)
        case "any":
            return any(holds(one, situation) for one in wanted)
        case _:
            message = (
                f"unknown condition `{key}`: compile the journey again, or deploy the release that knows it"
            )
            raise ContractError(message)
