"""A paused journey: whoever comes to a step stays before it, and looks again later."""

from datetime import timedelta

from escalera.contracts.steps import StepOutcomeV1
from escalera.domain.entries import prolong
from escalera.ports.customers import SaveOutcome
from escalera.use_cases.steps.visit import Visit

PAUSED = "journey_paused"


def must_stand_still(visit: Visit) -> bool:
    """Whether the journey is paused, and this run's state machine knows how to wait here.

    A run that began with an earlier release knows it for messages alone: its other steps are done.
    """
    step = visit.payload.step
    return visit.switch.paused_since is not None and (step.do == "send" or bool(step.may_hold))


def stand_still(visit: Visit) -> StepOutcomeV1 | None:
    """Hold who is in the journey, whose time in it does not run meanwhile; None: read again, decide again."""
    held = held_at_the_door(visit)
    after = prolong(visit.customer, visit.entry_id, timedelta(seconds=held.seconds))
    return held if visit.save(after).outcome is SaveOutcome.SAVED else None


def held_at_the_door(visit: Visit) -> StepOutcomeV1:
    """Hold who would enter, of whom nothing is kept yet."""
    seconds = int(visit.switch.look_again(visit.now).total_seconds())
    return StepOutcomeV1.hold(seconds, PAUSED)
