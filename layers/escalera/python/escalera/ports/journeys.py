"""The runs of journeys, and where those who are in them wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from escalera.domain.facts import FactKey, Waiting


class RunState(StrEnum):
    """How far a run has come."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """A step failed for good, the run took too long, or its state machine was deleted."""
    STOPPED = "stopped"
    GONE = "gone"
    """Nothing is known of it any more: it ended long ago, or went with its state machine."""


@dataclass(frozen=True, slots=True)
class RunStatus:
    """A run as it is now, or was a few seconds ago."""

    state: RunState
    reason: str = ""
    """Why it was stopped, if Escalera stopped it."""
    redrives: int = 0
    """How often it was set going again after it had failed."""


class JourneyRuns(Protocol):
    """Stops and wakes running journeys. A run that is over already is no error: the wish is fulfilled."""

    def stop(self, execution: str, *, reason: str) -> None:
        """Stop the run with this ARN."""

    def wake(self, task_token: str) -> None:
        """Let a run that waits with this token go on."""

    def status(self, execution: str) -> RunStatus:
        """How far the run with this ARN has come. Errors: `RetryableError` when it could not be asked."""


class Whereabouts(Protocol):
    """Where those who are in a journey wait. It touches nothing but the entry's own row, and never the customer."""

    def note(self, entry: FactKey, waiting: Waiting) -> bool:
        """Note it; False, and nothing written, if the entry is over or a later word on it is there.

        Errors: `StoreBusyError` when the store throttles; nothing was written then.
        """


class JourneySteps(Protocol):
    """The steps at which people may be noted: those of this release, and of all releases before it.

    The lists of who waits go by journey and step, so this is how people on an earlier version are found.
    Errors: `StoreBusyError` when the store throttles.
    """

    def known(self) -> Mapping[str, frozenset[str]]:
        """The ids of the steps, by journey."""

    def remember(self, steps: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
        """Store those not known yet; the answer is all that are known now. Steps are never forgotten."""
