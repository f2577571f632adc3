"""The runs of journeys."""

from typing import Protocol


class JourneyRuns(Protocol):
    """Stops and wakes running journeys. A run that is over already is no error: the wish is fulfilled."""

    def stop(self, execution: str, *, reason: str) -> None:
        """Stop the run with this ARN."""

    def wake(self, task_token: str) -> None:
        """Let a run that waits with this token go on."""
