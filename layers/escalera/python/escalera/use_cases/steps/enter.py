"""Entering and finishing a journey."""

from datetime import datetime, timedelta

from escalera.contracts.steps import EnterStep, FinishStep, StepOutcomeV1
from escalera.domain.contact_policy import in_holdout
from escalera.domain.customer import Customer
from escalera.domain.entries import Asked, EntryRules, NotEntered, end, enter, why_not
from escalera.domain.facts import Entry, EntryStatus, FactKey, FactKind
from escalera.domain.once import entry_id
from escalera.domain.vocabulary import AbcClass, JourneyName, Purpose
from escalera.journeys.conditions import holds
from escalera.ports.customers import SaveOutcome, When, Write
from escalera.use_cases.steps.decide import situation_of
from escalera.use_cases.steps.stand_still import held_at_the_door, must_stand_still
from escalera.use_cases.steps.visit import Visit


def enter_journey(visit: Visit, step: EnterStep) -> StepOutcomeV1 | None:
    """Claim the entry; `left` with the reason when this customer does not enter. None: read again, decide again.

    The same cause twice enters once: a second run finds the entry there and leaves. The same run asked twice (its first
    answer was lost) finds its own entry and goes on.
    """
    if visit.entry is not None:
        return StepOutcomeV1.done()
    rules = _rules(visit, step)
    asked = _asked(visit, rules)
    reason = (
        _removed_or_renamed(visit)
        or _no_longer_true(visit, step)
        or why_not(visit.customer, rules, asked, visit.now)
    )
    if reason is not None:
        return StepOutcomeV1.left(reason)
    if must_stand_still(visit):
        return held_at_the_door(visit)
    after, entry, closed = enter(visit.customer, rules, asked, visit.now)
    saved = visit.save(after, Write(entry), *(Write(one, When.ALWAYS) for one in closed))
    if saved.outcome is SaveOutcome.STALE:
        return None
    if saved.outcome is SaveOutcome.TAKEN:
        return _entered_before(visit, after, entry)
    # The runs of displaced entries end by themselves: their next step finds its customer gone.
    return StepOutcomeV1.done()


def _entered_before(visit: Visit, after: Customer, entry: Entry) -> StepOutcomeV1 | None:
    """Left; but a run that failed before it entered, and was redriven, enters now if that is not too late."""
    known = visit.ports.customers.load_facts([entry.key]).get(entry.key)
    ours = isinstance(known, Entry) and known.execution == entry.execution
    if not (ours and isinstance(known, Entry) and known.status is EntryStatus.FAILED):
        return StepOutcomeV1.left("entered_before")
    failed_for = visit.now - (known.ended_at or visit.now)
    if failed_for > timedelta(seconds=visit.ports.programme.policy.expires_after):
        return StepOutcomeV1.left(NotEntered.TOO_LATE)
    saved = visit.save(after, Write(entry, When.ALWAYS))
    return StepOutcomeV1.done() if saved.outcome is SaveOutcome.SAVED else None


def _removed_or_renamed(visit: Visit) -> str | None:
    """Nobody enters a journey that was removed; nor, while a release renames one, by the same cause under both names."""
    programme, journey = visit.ports.programme, visit.payload.journey
    others = programme.other_names(journey)
    if journey not in programme.journeys and not others:
        return NotEntered.REMOVED
    # Read after the customer: whoever enters under the other name meanwhile makes our own write stale.
    customer, cause = visit.customer.id, str(visit.payload.cause["event_id"])
    entries = [FactKey(customer, FactKind.ENTRY, (name, entry_id(name, customer, cause))) for name in others]
    entered = bool(entries) and bool(visit.ports.customers.load_facts(entries))
    return NotEntered.ENTERED_BEFORE if entered else None


def _no_longer_true(visit: Visit, step: EnterStep) -> str | None:
    # Who bought between the news of the silence and this run would be missed in the week of the purchase.
    if visit.payload.event == "CustomerWentQuiet" and visit.customer.quiet_since is None:
        return "no_longer_quiet"
    # The rule that starts the journey asks this already, but whoever else drives it does not.
    if step.groups is not None and visit.payload.cause.get("group") not in step.groups:
        return "another_group"
    if step.only_if and not holds(step.only_if, situation_of(visit, [step.only_if])):
        return "condition"
    return None


def finish_journey(visit: Visit, step: FinishStep) -> StepOutcomeV1 | None:
    """Close the entry, however the run ended; a second time changes nothing."""
    if visit.entry is None and visit.entry_out_of_time is None:
        return StepOutcomeV1.done()
    status = EntryStatus(step.result)
    reason = {"finished": "", "left": "waited_in_vain", "failed": "step_failed"}[step.result]
    if visit.leaving:  # its end was decided before this run came to its own
        status, reason = EntryStatus.LEFT, visit.leaving
    after, closed = end(visit.customer, visit.entry_id, status, visit.now, reason=reason)
    if closed is None:
        return StepOutcomeV1.done()
    saved = visit.save(after, Write(closed, When.ALWAYS))
    return StepOutcomeV1.done() if saved.outcome is SaveOutcome.SAVED else None


def _rules(visit: Visit, step: EnterStep) -> EntryRules:
    programme = visit.ports.programme
    return EntryRules(
        journey=JourneyName(visit.payload.journey),
        kind=Purpose(step.kind),
        priority=step.priority,
        once_per=None if step.once_per is None else timedelta(seconds=step.once_per),
        fresh=None if step.fresh is None else timedelta(seconds=step.fresh),
        classes=None if step.classes is None else tuple(map(AbcClass, step.classes)),
        leaves_on=step.leaves_on,
        longest=timedelta(seconds=step.longest),
        earlier_names=programme.other_names(visit.payload.journey),
        leaving_journeys=frozenset(filter(programme.everybody_leaves, programme.removed_journeys)),
    )


def _asked(visit: Visit, rules: EntryRules) -> Asked:
    cause = visit.payload.cause
    cause_at = datetime.fromisoformat(str(cause["occurred_at"]))
    return Asked(
        entry_id=visit.entry_id,
        execution=visit.payload.execution,
        cause=str(cause["event_id"]),
        cause_at=cause_at,
        subject=visit.subject,
        # Service is owed to everybody: only what we do beyond it is measured against a holdout.
        holdout=rules.kind is not Purpose.SERVICE and in_holdout(visit.customer, visit.contact_rules),
        stood_still=visit.switch.stood_still(cause_at, visit.now),
    )
