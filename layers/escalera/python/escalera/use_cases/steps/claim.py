"""The claim to a message: what makes it go out once, and the trace it leaves on its customer."""

from dataclasses import replace
from datetime import datetime, timedelta

from escalera.domain.customer import Customer, RecentContact
from escalera.domain.facts import Message, MessageStatus
from escalera.domain.vocabulary import Purpose
from escalera.ports.customers import SaveOutcome, When, Write
from escalera.use_cases.steps.visit import Visit


class MessageClaim:
    """The one right to send this message: asked for by its sender, and what then became of it.

    Only what was given to us is ours to give back: a row that is `claimed` while we never got the claim is somebody
    else's, whose message may be on its way.
    """

    def __init__(self, visit: Visit, draft: Message, known: Message | None) -> None:
        self._visit = visit
        self._draft = draft
        self._known = known
        self._ledger = visit.ports.ledger
        self._given = False

    def __call__(self) -> bool:
        """Take it, unless the customer changed since the policy judged, or somebody else has it."""
        after = _with_contact(self._visit, self._draft.purpose)
        claimed = replace(self._draft, status=MessageStatus.CLAIMED, claimed_at=self._visit.now)
        saved = self._visit.save(after, Write(claimed, When.UNCLAIMED))
        self._given = saved.outcome is SaveOutcome.SAVED
        return self._given

    def release(self) -> None:
        """Surely not sent: free for the retry. Dated as the claim was, so that the retry knows its own trace by it."""
        if self._given:
            self._move(MessageStatus.RELEASED, self._draft.decided_at)
        elif self._known is None:
            # It has to be known since when it waits, or a message whose provider cannot be reached would never expire.
            self._ledger.note(replace(self._draft, reason="channel_unavailable"))

    def refuse(self, reason: str) -> None:
        """It will never be taken."""
        if self._given:
            self._move(MessageStatus.REFUSED, self._visit.now, reason=reason)
        else:
            self._ledger.note(replace(self._draft, status=MessageStatus.REFUSED, reason=reason))

    def confirm(self, provider_id: str) -> None:
        """The provider took it."""
        self._ledger.move(
            self._draft.key,
            MessageStatus.SENT,
            only_from=frozenset({MessageStatus.CLAIMED, MessageStatus.UNCONFIRMED}),
            at=self._visit.ports.clock.now(),
            provider_id=provider_id,
        )

    def _move(self, to: MessageStatus, at: datetime, *, reason: str = "") -> None:
        only_claimed = frozenset({MessageStatus.CLAIMED})
        self._ledger.move(self._draft.key, to, only_from=only_claimed, at=at, reason=reason)


def _with_contact(visit: Visit, purpose: Purpose) -> Customer:
    window = timedelta(seconds=visit.ports.programme.policy.cap_within)
    window = max(window, visit.customer.wished_within or window)
    recent = tuple(one for one in visit.customer.recent_contacts if one.at > visit.now - window)
    return replace(visit.customer, recent_contacts=(*recent, RecentContact(visit.now, purpose)))


def without_released(customer: Customer, known: Message | None) -> Customer:
    """The customer without the trace of this message's own earlier try, which the provider did not take."""
    if known is None or known.status is not MessageStatus.RELEASED:
        return customer
    recent, trace = list(customer.recent_contacts), RecentContact(known.decided_at, known.purpose)
    if trace in recent:
        recent.remove(trace)  # only one: another message may have been claimed at the same instant
    return replace(customer, recent_contacts=tuple(recent))
