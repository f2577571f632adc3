"""Where somebody waits from now on, noted for whoever looks at the journey."""

from datetime import timedelta

from escalera.contracts.steps import EnterStep, StepOutcomeV1
from escalera.domain.facts import Waiting
from escalera.use_cases.steps.visit import Visit


def note_what_follows(visit: Visit, outcome: StepOutcomeV1) -> None:
    """Note the wait that begins with this outcome; where none does, the next step is asked at once and says it itself."""
    waiting = _what_follows(visit, outcome)
    if waiting is not None:
        visit.note(waiting)


def _what_follows(visit: Visit, outcome: StepOutcomeV1) -> Waiting | None:
    step = visit.payload.step
    if outcome.outcome == "hold":
        if isinstance(step, EnterStep):
            return None  # nobody is in the journey yet
        until = visit.now + timedelta(seconds=outcome.seconds)
        return Waiting(step.id, visit.now, until, outcome.reason)
    ahead = step.wait_after(outcome.outcome)
    if ahead is None:
        return None
    return Waiting(ahead.at, visit.now, visit.now + timedelta(seconds=ahead.seconds))
