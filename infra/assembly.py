"""What the stack is made of besides settings: folders of code, and the facts of the shop's programme.

Plain data, so that tests can synthesize a stack without building layers or compiling a programme.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from escalera.domain.erasure import ERASED


@dataclass(frozen=True, kw_only=True)
class LayerFolders:
    """One folder per layer, each with `python/` inside."""

    dependencies: Path
    escalera: Path
    programme: Path
    scoring: Path


@dataclass(frozen=True, kw_only=True)
class CompiledJourney:
    """A journey as the stack needs it: its state machine, what starts it and what it must hear of."""

    name: str
    about: str
    starts_on: str
    starts_for: frozenset[str] = frozenset()
    """The groups whose coming and going start it, if `starts_on` is about a group."""
    listens_to: frozenset[str]
    """The events that end it early, that one of its steps waits for, or that it hopes for."""
    definition: Mapping[str, Any]
    """Amazon States Language; where `perform_step` stands, it says `PERFORM_STEP`."""


PERFORM_STEP = "${PerformStepArn}"


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """Everything that goes into one stack."""

    functions: Path
    """The folder that holds one folder per function."""
    python: str
    """The Lambda runtime the layers were built for, such as `python3.13`."""
    layers: LayerFolders
    journeys: Sequence[CompiledJourney]
    sender: str
    """Who the shop's e-mail comes from, as in a From header: `Name <address>`."""
    time_zone: str
    """The shop's own, by its IANA name."""

    @property
    def listened_to(self) -> list[str]:
        """The events any journey must hear of while it runs, in a stable order; that its customer was erased ends every one."""
        return sorted({ERASED}.union(*(journey.listens_to for journey in self.journeys)))
