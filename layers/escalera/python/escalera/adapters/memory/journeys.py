"""Runs of journeys that nobody runs: what was wished is kept."""


class InMemoryJourneyRuns:
    """`JourneyRuns` that keeps which were stopped (with the reason) and which tokens were woken."""

    def __init__(self) -> None:
        self.stopped: dict[str, str] = {}
        self.woken: list[str] = []

    def stop(self, execution: str, *, reason: str) -> None:
        """Stop once; a run that is over already stays as it ended."""
        self.stopped.setdefault(execution, reason)

    def wake(self, task_token: str) -> None:
        """Wake once; a token that was used already is no error."""
        if task_token not in self.woken:
            self.woken.append(task_token)
