"""The claim to a message: the leave to send it, and the trace it leaves on its customer."""

from dataclasses import replace
from datetime import timedelta

from escalera.domain.customer import Customer, RecentContact
from escalera.domain.facts import Message, MessageStatus
from escalera.domain.vocabulary import Purpose
from escalera.ports.customers import SaveOutcome, When, Write
from escalera.use_cases.steps.visit import Visit

_TRIES = 3
_LEAVE_TRACES = frozenset({MessageStatus.CLAIMED, MessageStatus.RELEASED})
"""Nothing has left, and a contact stands on the customer."""


def claim(visit: Visit, draft: Message) -> Message | None:
    """The message's row as claimed; None if the customer changed since the policy judged, or somebody sends it already.

    A claim is good until the next one: nothing leaves by a claim alone, so who died with one holds up nobody.
    """
    claimed = replace(draft, status=MessageStatus.CLAIMED, claimed_at=visit.now)
    saved = visit.save(_with_contact(visit, draft.purpose), Write(claimed, When.UNSENT))
    return claimed if saved.outcome is SaveOutcome.SAVED else None


def put_off(visit: Visit, decided: Message, known: Message | None) -> bool:
    """Write that it is not sent, or not now; False if somebody decided otherwise meanwhile.

    Where it was claimed before, its row and the trace on its customer change together: afterwards nobody could tell
    that trace from the one of a message that went out.
    """
    if not _left_trace(known):
        return visit.ports.ledger.note(decided)
    saved = visit.save(visit.customer, Write(decided, When.UNSENT))
    return saved.outcome is SaveOutcome.SAVED


def withdraw(visit: Visit, known: Message | None, reason: str) -> bool:
    """End a claim by which nothing left, and forget its trace; False if there is none.

    True: look again, for the customer was written; or it is being sent after all.
    """
    if known is None or not _left_trace(known):
        return False
    withheld = replace(
        known, status=MessageStatus.WITHHELD, decided_at=visit.now, claimed_at=None, reason=reason
    )
    put_off(replace(visit, customer=without_trace(visit.customer, known)), withheld, known)
    return True


def refuse(visit: Visit, claimed: Message, reason: str) -> None:
    """The provider will never take it: its row says so, and it counts for nothing."""
    refused = replace(claimed, status=MessageStatus.REFUSED, decided_at=visit.now, reason=reason)
    for _ in range(_TRIES):
        customer = visit.ports.customers.load([claimed.customer_id])[claimed.customer_id]
        later = replace(visit, customer=customer)
        saved = later.save(without_trace(customer, claimed), Write(refused, When.UNSENT))
        if saved.outcome is not SaveOutcome.STALE:
            break
    if saved.outcome is not SaveOutcome.SAVED:  # others kept writing the customer: the row matters more
        visit.ports.ledger.move(
            claimed.key, MessageStatus.REFUSED, only_from=_LEAVE_TRACES, at=visit.now, reason=reason
        )


def without_trace(customer: Customer, known: Message | None) -> Customer:
    """The customer without the trace of this message's own earlier try, by which nothing was sent."""
    if known is None or not _left_trace(known):
        return customer
    recent, trace = list(customer.recent_contacts), RecentContact(known.decided_at, known.purpose)
    if trace in recent:
        recent.remove(trace)  # only one: another message may have been claimed at the same instant
    return replace(customer, recent_contacts=tuple(recent))


def _left_trace(known: Message | None) -> bool:
    return known is not None and known.status in _LEAVE_TRACES


def _with_contact(visit: Visit, purpose: Purpose) -> Customer:
    window = timedelta(seconds=visit.ports.programme.policy.cap_within)
    window = max(window, visit.customer.wished_within or window)
    recent = tuple(one for one in visit.customer.recent_contacts if one.at > visit.now - window)
    return replace(visit.customer, recent_contacts=(*recent, RecentContact(visit.now, purpose)))
