"""Reads the compiled programme: whole, or only what functions that record need of it."""

import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from escalera.domain.standing import StandingRules
from escalera.journeys.compiled import PACKAGE, same_release, standing_rules

if TYPE_CHECKING:
    from escalera.journeys.programme import Programme


@cache
def load_programme(package: str = PACKAGE) -> "Programme":
    """The shop's programme, read once per process."""
    from escalera.journeys.programme import Programme  # noqa: PLC0415 - not for those who need the rules alone

    return Programme.from_json(_read(package))


@cache
def load_rules(package: str = PACKAGE) -> StandingRules:
    """What the programme says of rhythm and ladder, without loading the rest of it."""
    return standing_rules(same_release(_read(package))["policy"])


def _read(package: str) -> Any:
    return json.loads(resources.files(package).joinpath("programme.json").read_text(encoding="utf-8"))
