"""The runs of journeys, and where those who are in them wait."""

from typing import Protocol

from escalera.domain.facts import FactKey, Waiting


class JourneyRuns(Protocol):
    """Stops and wakes running journeys. A run that is over already is no error: the wish is fulfilled."""

    def stop(self, execution: str, *, reason: str) -> None:
        """Stop the run with this ARN."""

    def wake(self, task_token: str) -> None:
        """Let a run that waits with this token go on."""


class Whereabouts(Protocol):
    """Where those who are in a journey wait. It touches nothing but the entry's own row, and never the customer."""

    def note(self, entry: FactKey, waiting: Waiting) -> bool:
        """Note it; False, and nothing written, if the entry is over or a later word on it is there.

        Errors: `StoreBusyError` when the store throttles; nothing was written then.
        """
