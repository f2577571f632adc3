"""Branching, and waiting for an event."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from escalera.contracts.steps import DecideStep, StepOutcomeV1, WaitForStep
from escalera.domain.consent import allows
from escalera.domain.entries import wait
from escalera.domain.facts import Waiting
from escalera.domain.vocabulary import MessageChannel, Purpose
from escalera.journeys.conditions import ABOUT_COMPLAINT, ABOUT_ORDER, Situation, first_that_holds, keys_of
from escalera.journeys.occasions import OCCASIONS
from escalera.ports.customers import SaveOutcome
from escalera.use_cases.steps.visit import Visit


def decide(visit: Visit, step: DecideStep) -> StepOutcomeV1:
    """The first case that holds."""
    return StepOutcomeV1.case(first_that_holds(step.cases, situation_of(visit, step.cases)))


def situation_of(visit: Visit, asked: Iterable[Mapping[str, Any]]) -> Situation:
    """What these conditions may ask about, as it is now; order and complaint are read only if one of them asks."""
    customer, programme = visit.customer, visit.ports.programme
    subject, keys = _subject_kind(visit), keys_of(asked)
    order = visit.order() if subject == "order" and keys & ABOUT_ORDER else None
    complaint = visit.complaint() if subject == "complaint" and keys & ABOUT_COMPLAINT else None
    return Situation(
        rung=customer.rung,
        orders=customer.kept_orders,
        language=visit.language,
        abc_class=customer.abc_class,
        groups=frozenset(one.group for one in customer.score.groups) if customer.score else frozenset(),
        quiet=customer.quiet_since is not None,
        has_open_complaint=customer.has_open_complaint,
        consents=frozenset(
            (purpose.value, channel.value)
            for purpose in Purpose
            for channel in MessageChannel
            if allows(customer, purpose, channel, must_ask=purpose in programme.policy.needs_consent)
        ),
        complaint_answered=bool(complaint and (complaint.answered_at or complaint.resolved_at)),
        order_delivered=bool(order and order.delivered_at),
        order_returned=bool(order and order.is_returned),
    )


def wait_for(visit: Visit, step: WaitForStep) -> StepOutcomeV1 | None:
    """Keep the token until the event comes; wake the run at once if it has come already, or if the customer has left.

    What happened is read after the customer: if it happens in between, saving finds the customer changed, and we look
    again. So the event is either seen here or finds the token.
    """
    token = visit.payload.task_token or ""
    if visit.entry is None or visit.leaving:
        visit.ports.runs.wake(token)
        return StepOutcomeV1.done()
    at_most = timedelta(seconds=step.at_most)
    if _has_happened(visit, step.event):
        visit.ports.runs.wake(token)
        at_most = timedelta()
    else:
        saved = visit.save(wait(visit.customer, visit.entry_id, step.event, token, step.id))
        if saved.outcome is not SaveOutcome.SAVED:
            return None
    visit.note(Waiting(step.id, visit.now, visit.now + at_most))
    return StepOutcomeV1.done()


def _has_happened(visit: Visit, event: str) -> bool:
    match event:
        case "DeliveryRecorded":
            order = visit.order()
            return bool(order and order.delivered_at)
        case "ComplaintAnswerRecorded":
            complaint = visit.complaint()
            return bool(complaint and (complaint.answered_at or complaint.resolved_at))
        case "ComplaintClosed":
            complaint = visit.complaint()
            return bool(complaint and complaint.resolved_at)
        case _:
            return False


def _subject_kind(visit: Visit) -> str:
    occasion = OCCASIONS.get(visit.payload.event)
    return occasion.subject if occasion else "customer"
