"""Tasks, rewards and promises: what a journey does beside writing."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from escalera.contracts.steps import PromiseStep, RewardStep, StepOutcomeV1, TaskStep
from escalera.domain.complaints import ANSWER_PROMISE
from escalera.domain.contact_policy import COMPLAINT_LOOK, Rule
from escalera.domain.customer import ActiveEntry
from escalera.domain.facts import Fact, Promise, Reward, Task
from escalera.domain.once import promise_id, reward_code, reward_id, task_id
from escalera.domain.vocabulary import Purpose
from escalera.ports.customers import SaveOutcome, When, Write
from escalera.use_cases.steps.visit import Visit

REWARD_REMOVED = "reward_removed"
"""The programme has no such reward any more."""


def create_task(visit: Visit, step: TaskStep, entry: ActiveEntry) -> StepOutcomeV1 | None:
    """Ask a team, once; not to sell to somebody who waits for help."""
    if entry.holdout:
        return StepOutcomeV1.withheld("holdout")
    if (later := _served_first(visit, entry)) is not None:
        return later
    task = Task(
        customer_id=visit.customer.id,
        task_id=task_id(visit.entry_id, step.id),
        kind=step.kind,
        team=step.team or "",
        about=visit.subject,
        created_at=visit.now,
        due_at=None if step.due is None else visit.now + timedelta(seconds=step.due),
        journey=entry.journey,
    )
    return _add(visit, task)


def grant_reward(visit: Visit, step: RewardStep, entry: ActiveEntry) -> StepOutcomeV1 | None:
    """Grant a code, once; nobody is granted one that we may not tell (the holdout)."""
    if entry.holdout:
        return StepOutcomeV1.withheld("holdout")
    terms = visit.ports.programme.rewards.get(step.reward)
    if terms is None:
        return StepOutcomeV1.withheld(REWARD_REMOVED)
    if (later := _served_first(visit, entry)) is not None:
        return later
    key = reward_id(visit.entry_id, step.id)
    reward = Reward(
        customer_id=visit.customer.id,
        reward_id=key,
        reward=step.reward,
        code=reward_code(terms.code_prefix, key),
        granted_at=visit.now,
        valid_until=_last_moment(visit, timedelta(seconds=step.valid or terms.valid)),
        entry_id=visit.entry_id,
    )
    return _add(visit, reward)


def make_promise(visit: Visit, step: PromiseStep) -> StepOutcomeV1 | None:
    """Record what we promise and by when, once; `find_broken_promises` watches it."""
    due = visit.ports.programme.policy.answer_within if step.due is None else step.due
    promise = Promise(
        customer_id=visit.customer.id,
        promise_id=promise_id(visit.entry_id, step.id),
        kind=step.kind,
        about=visit.subject,
        made_at=visit.now,
        due_at=visit.now + timedelta(seconds=due),
    )
    # On the complaint, too: its queue goes by the hour promised.
    complaint = visit.complaint() if step.kind == ANSWER_PROMISE else None
    if complaint is None or complaint.promised_at is not None:
        return _add(visit, promise)
    return _add(visit, promise, Write(replace(complaint, promised_at=promise.due_at), When.ALWAYS))


def _served_first(visit: Visit, entry: ActiveEntry) -> StepOutcomeV1 | None:
    """While a complaint is open nothing is sold, neither by a call nor by a code (L10): as the journey says of messages.

    A complaint that stays open for longer than the journey can last ends the entry.
    """
    if entry.kind is Purpose.SERVICE or not visit.customer.has_open_complaint:
        return None
    terms = visit.ports.programme.journeys.get(entry.journey)
    waits = terms is not None and terms.while_complaint_open == "hold" and visit.payload.step.may_hold
    reason = Rule.OPEN_COMPLAINT.value
    return (
        StepOutcomeV1.hold(int(COMPLAINT_LOOK.total_seconds()), reason)
        if waits
        else StepOutcomeV1.withheld(reason)
    )


def _add(visit: Visit, fact: Fact, *also: Write) -> StepOutcomeV1 | None:
    saved = visit.save(visit.customer, Write(fact), *also)
    # Taken: this very step did it before its answer was lost.
    return None if saved.outcome is SaveOutcome.STALE else StepOutcomeV1.done()


def _last_moment(visit: Visit, valid: timedelta) -> datetime:
    """The end of the last day, where the customer lives: the message states a date, and the date is meant whole."""
    last_day = (visit.now + valid).astimezone(visit.time_zone).date()
    return datetime.combine(last_day, time(23, 59, 59), tzinfo=visit.time_zone).astimezone(UTC)
