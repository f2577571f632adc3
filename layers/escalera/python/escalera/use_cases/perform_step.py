"""One step of a journey is done, decided or put off. The only way to the customer leads through here."""

import time
from collections.abc import Callable

from escalera.contracts.steps import (
    DecideStep,
    EnterStep,
    FinishStep,
    PromiseStep,
    RewardStep,
    SendStep,
    StepOutcomeV1,
    StepPayloadV1,
    TaskStep,
    WaitForStep,
)
from escalera.domain.customer import ActiveEntry
from escalera.domain.entries import OUT_OF_TIME, end, redrive
from escalera.domain.errors import StaleCustomerError
from escalera.domain.facts import EntryStatus
from escalera.domain.vocabulary import CustomerId
from escalera.ports.customers import SaveOutcome, When, Write
from escalera.use_cases.patience import ATTEMPTS, attempts
from escalera.use_cases.steps.act import create_task, grant_reward, make_promise
from escalera.use_cases.steps.decide import decide, wait_for
from escalera.use_cases.steps.enter import enter_journey, finish_journey
from escalera.use_cases.steps.send import send_message, send_no_more
from escalera.use_cases.steps.stand_still import must_stand_still, stand_still
from escalera.use_cases.steps.visit import StepPorts, Visit
from escalera.use_cases.steps.waiting import note_what_follows

ActingStep = SendStep | TaskStep | RewardStep | PromiseStep | DecideStep


def perform_step(
    payload: StepPayloadV1, *, ports: StepPorts, pause: Callable[[float], None] = time.sleep
) -> StepOutcomeV1:
    """Do the step once, however often it is asked for; the outcome moves the journey on.

    Before it acts it looks whether the customer is still in the journey: a late stop can never send. Errors:
    `ChannelThrottledError` and the other retryable ones (the state machine tries again), `PermanentError` (it gives up).
    """
    customer_id = CustomerId(payload.customer_id)
    for _ in attempts(pause):
        customer = ports.customers.load([customer_id])[customer_id]
        visit = Visit(payload, customer, ports.clock.now(), ports)
        if visit.entry is not None and visit.entry.is_failed:
            _go_on_after_failure(visit)
            continue
        outcome = _perform(visit)
        if outcome is not None:
            note_what_follows(visit, outcome)
            return outcome
    raise StaleCustomerError(f"customer {customer_id} was written by others {ATTEMPTS} times while we tried")


def _perform(visit: Visit) -> StepOutcomeV1 | None:  # noqa: PLR0911 - one return a kind of step, and one an end
    step = visit.payload.step
    if isinstance(step, EnterStep):
        return enter_journey(visit, step)
    if isinstance(step, FinishStep):
        return finish_journey(visit, step)
    if isinstance(step, WaitForStep):
        return wait_for(visit, step)
    if visit.entry_out_of_time is not None:
        return _leave(visit, visit.entry_out_of_time.leaving or OUT_OF_TIME)
    entry = visit.entry
    left = "not_in_journey" if entry is None else visit.leaving
    if left and isinstance(step, SendStep) and send_no_more(visit, step, left):
        return None
    if entry is None:
        return StepOutcomeV1.left(left)
    return _within(visit, step, entry)


def _go_on_after_failure(visit: Visit) -> None:
    """The execution was redriven: the entry is active again, and is read again."""
    after, entry = redrive(visit.customer, visit.entry_id, visit.now, step=visit.payload.step.id)
    visit.save(after, Write(entry, When.ALWAYS))


def _within(visit: Visit, step: ActingStep, entry: ActiveEntry) -> StepOutcomeV1 | None:
    if visit.leaving:
        return _leave(visit, visit.leaving)
    if must_stand_still(visit):
        return stand_still(visit)
    return _act(visit, step, entry)


def _act(visit: Visit, step: ActingStep, entry: ActiveEntry) -> StepOutcomeV1 | None:
    match step:
        case SendStep():
            return send_message(visit, step, entry)
        case TaskStep():
            return create_task(visit, step, entry)
        case RewardStep():
            return grant_reward(visit, step, entry)
        case PromiseStep():
            return make_promise(visit, step)
        case DecideStep():
            return decide(visit, step)


def _leave(visit: Visit, reason: str) -> StepOutcomeV1 | None:
    after, closed = end(visit.customer, visit.entry_id, EntryStatus.LEFT, visit.now, reason=reason)
    saved = visit.save(after, *((Write(closed, When.ALWAYS),) if closed else ()))
    return StepOutcomeV1.left(reason) if saved.outcome is SaveOutcome.SAVED else None
