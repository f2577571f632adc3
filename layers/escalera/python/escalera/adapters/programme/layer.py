"""Reads the compiled programme: whole, or only what functions that record need of it, or the graphs of its journeys."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from escalera.domain.standing import StandingRules
from escalera.journeys.compiled import PACKAGE, goals, same_release, standing_rules

if TYPE_CHECKING:
    from escalera.domain.goals import Goal
    from escalera.journeys.graph import JourneyGraph
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


@cache
def load_goals(package: str = PACKAGE) -> "Mapping[str, Goal]":
    """What its journeys are for, without loading the rest."""
    return goals(same_release(_read(package))["journeys"])


@cache
def load_journey_names(package: str = PACKAGE) -> frozenset[str]:
    """The names of its journeys, without loading the rest."""
    return frozenset(same_release(_read(package))["journeys"])


@cache
def load_graphs(package: str = PACKAGE) -> "Mapping[str, JourneyGraph]":
    """The graphs of the shop's journeys, by name: for what shows them."""
    from escalera.journeys.graph import graphs_from_json  # noqa: PLC0415 - steps and records draw nothing

    return graphs_from_json(_read(package, "graphs.json"))


def brand_folder(package: str = PACKAGE) -> Path:
    """The folder of the shop's own look of its customers' pages: files that browsers are given."""
    with resources.as_file(resources.files(package).joinpath("pages")) as folder:
        return folder


def _read(package: str, name: str = "programme.json") -> Any:
    return json.loads(resources.files(package).joinpath(name).read_text(encoding="utf-8"))
