"""The compiled programme as it is written: its release, and the few numbers of it that functions which record need.

Apart from `programme`, so that those functions load nothing of journeys, messages and the rest.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from escalera.domain.rhythm import Prior
from escalera.domain.standing import StandingRules

if TYPE_CHECKING:
    from escalera.domain.goals import Goal

PROGRAMME_VERSION = 1
PACKAGE = "escalera_programme"
"""The name under which the compiled programme is imported from its layer."""


def same_release(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same data; ValueError if it was compiled for another release of this code."""
    if data["version"] != PROGRAMME_VERSION:
        message = f"programme.json is version {data['version']}, this code reads {PROGRAMME_VERSION}: build both again"
        raise ValueError(message)
    return data


def goals(journeys: Mapping[str, Any]) -> "Mapping[str, Goal]":
    """What each journey that says so is for, out of the compiled journeys."""
    from escalera.domain.goals import Goal  # noqa: PLC0415 - who records needs none

    return {
        name: Goal(
            terms["goal"]["event"],
            timedelta(seconds=terms["goal"]["within"]),
            timedelta(seconds=terms["longest"]),
        )
        for name, terms in journeys.items()
        if terms["goal"]
    }


def standing_rules(policy: Mapping[str, Any]) -> StandingRules:
    """Rhythm and ladder, out of the compiled policy."""
    prior = Prior(
        typical_gap=timedelta(seconds=policy["typical_gap"]),
        worth_gaps=policy["worth_gaps"],
        unusual=policy["unusual"],
        at_least=timedelta(seconds=policy["at_least"]),
        alive_below=policy["alive_below"],
    )
    return StandingRules(prior, policy["frequent_from_orders"])
