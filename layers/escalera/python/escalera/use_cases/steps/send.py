"""The one door to the customer: a message goes through the contact policy and the send ledger, or not at all.

(1) render the text. (2) claim: one transaction writes the ledger row `claimed` and the customer, at the version the
policy judged; so a purchase, a complaint or another message that came in between makes the claim fail, and everything
is judged anew. (3) hand it over, with its claim: whoever sends takes the row from `claimed` to `sending`, and only who
did that sends. (4) they note `sent`.
Died before 3: nothing left, and the next try claims anew. Died after 3: the sender is another process than ours, and
notes how it ended. If the sender itself dies, the row stays `sending` and nobody sends again: the provider's own
feedback settles it, and if no word comes in the programme's `settle_after`, it is noted as unconfirmed and the journey
goes on.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from escalera.contracts.steps import SendStep, StepOutcomeV1
from escalera.domain.contact_policy import Hold, Proposal, Rule, Send, Verdict, Withhold, judge
from escalera.domain.customer import ActiveEntry
from escalera.domain.errors import MessageRefusedError, StaleCustomerError
from escalera.domain.facts import FactKey, FactKind, Message, MessageStatus
from escalera.domain.once import message_key
from escalera.domain.vocabulary import MessageChannel, MessageName, Purpose
from escalera.journeys.programme import MessageTerms
from escalera.ports.messages import OutgoingMessage
from escalera.use_cases.steps.act import REWARD_REMOVED
from escalera.use_cases.steps.addressees import addressee_of
from escalera.use_cases.steps.claim import claim, put_off, refuse, withdraw, without_trace
from escalera.use_cases.steps.facts import facts_for
from escalera.use_cases.steps.list_headers import list_headers
from escalera.use_cases.steps.visit import Visit

MESSAGE_REMOVED = "message_removed"
"""The programme has no such message any more."""
LOOK_AGAIN = timedelta(minutes=5)
"""How often a send whose outcome is not known is looked at while it waits for the provider's word."""
_OVER = frozenset(
    {
        MessageStatus.SENT,
        MessageStatus.DELIVERED,
        MessageStatus.BOUNCED,
        MessageStatus.COMPLAINED,
        MessageStatus.UNCONFIRMED,
    }
)
_REFUSED = frozenset({MessageStatus.WITHHELD, MessageStatus.REFUSED})


def send_message(  # noqa: PLR0911 - one return an end of the ledger's row
    visit: Visit, step: SendStep, entry: ActiveEntry
) -> StepOutcomeV1 | None:
    """Send, hold or withhold; None: the customer changed meanwhile, read again and decide again."""
    known = _row(visit, step)
    terms = visit.ports.programme.messages.get(step.message)
    if known is not None and known.status in _OVER:
        return StepOutcomeV1.done()
    if known is not None and known.status in _REFUSED:
        return StepOutcomeV1.withheld(known.reason)
    if known is not None and known.status is MessageStatus.SENDING:
        return _settle(visit, known)
    if terms is None:
        return _withhold(visit, _draft(visit, step, entry.kind, entry, known), MESSAGE_REMOVED, known)
    visit = replace(visit, customer=without_trace(visit.customer, known))
    draft = _draft(visit, step, terms.purpose, entry, known)
    if known is None and entry.failed_at is not None and entry.redriven_at == step.id:
        # It expires as if it had not failed: from when it failed on, which its row remembers.
        draft = replace(draft, considered_at=entry.failed_at, reason="")
        visit.ports.ledger.note(draft)
    channel, verdict = _choose(visit, step, terms, draft.considered_at)
    draft = replace(draft, channel=channel)
    match verdict:
        case Withhold(rule):
            return _withhold(visit, draft, rule.value, known)
        case Hold():
            held = replace(draft, reason=verdict.rule.value)
            return _hold(visit, verdict) if put_off(visit, held, known) else None
        case Send():
            return _send(visit, draft, known)


def send_no_more(visit: Visit, step: SendStep, reason: str) -> bool:
    """The journey is over for this customer: what was claimed and has not left never will. True: look again."""
    return withdraw(visit, _row(visit, step), reason)


def _row(visit: Visit, step: SendStep) -> Message | None:
    key = message_key(visit.customer.id, visit.entry_id, step.id)
    fact = FactKey(visit.customer.id, FactKind.MESSAGE, (key,))
    row = visit.ports.customers.load_facts([fact]).get(fact)
    return row if isinstance(row, Message) else None


def _withhold(visit: Visit, draft: Message, reason: str, known: Message | None) -> StepOutcomeV1 | None:
    """Record why it is not sent; None: somebody decided otherwise meanwhile."""
    visit = replace(visit, customer=without_trace(visit.customer, known))
    withheld = replace(draft, status=MessageStatus.WITHHELD, reason=reason)
    return StepOutcomeV1.withheld(reason) if put_off(visit, withheld, known) else None


def _draft(
    visit: Visit, step: SendStep, purpose: Purpose, entry: ActiveEntry, known: Message | None
) -> Message:
    return Message(
        customer_id=visit.customer.id,
        message_key=message_key(visit.customer.id, visit.entry_id, step.id),
        message=MessageName(step.message),
        purpose=purpose,
        journey=entry.journey,
        entry_id=visit.entry_id,
        step=step.id,
        status=MessageStatus.HELD,
        considered_at=known.considered_at if known else visit.now,
        decided_at=visit.now,
        language=visit.language,
    )


def _choose(
    visit: Visit, step: SendStep, terms: MessageTerms, considered_at: datetime
) -> tuple[MessageChannel, Verdict]:
    """The first channel that may send now; else the one whose hold ends soonest; else why the first one may not."""
    policy = visit.ports.programme.policy
    wanted = [MessageChannel(channel) for channel in step.via] if step.via else list(policy.channels)
    channels = [channel for channel in wanted if channel in terms.channels]
    expires = timedelta(seconds=policy.expires_after if step.expires_after is None else step.expires_after)
    proposal = Proposal(
        purpose=terms.purpose,
        sells=terms.sells,
        # While the journey was paused nobody could have sent it: that time is no reason against it.
        expires_at=considered_at + expires + visit.switch.stood_still(considered_at, visit.now),
        hold_while_complaint_open=step.while_complaint_open == "hold",
        subject=terms.subject,
    )
    rules = visit.contact_rules
    addressee = addressee_of(visit)
    verdicts = [(one, judge(addressee, proposal, one, visit.now, rules)) for one in channels]
    for one in verdicts:
        if isinstance(one[1], Send):
            return one
    held = [(verdict.until, channel, verdict) for channel, verdict in verdicts if isinstance(verdict, Hold)]
    if held:
        _, channel, hold = min(held, key=lambda one: one[0])
        return channel, hold
    if not verdicts:
        return MessageChannel.EMAIL, Withhold(Rule.NO_ADDRESS)
    # A channel without an address is no news where another one has a better reason.
    better = [one for one in verdicts if one[1] != Withhold(Rule.NO_ADDRESS)]
    return (better or verdicts)[0]


def _hold(visit: Visit, verdict: Hold) -> StepOutcomeV1:
    # Rounded up: a second too early would only be held again.
    seconds = int((verdict.until - visit.now).total_seconds()) + 1
    return StepOutcomeV1.hold(seconds, verdict.rule.value)


def _send(visit: Visit, draft: Message, known: Message | None) -> StepOutcomeV1 | None:
    if draft.channel is None or draft.language is None:
        return StepOutcomeV1.withheld(Rule.NO_ADDRESS.value)
    addressee = addressee_of(visit)
    telling = replace(visit.telling, customer=addressee)
    facts = facts_for(telling, draft.message, draft.channel, draft.language)
    if "reward" not in facts and visit.ports.renderer.mentions(
        draft.message, draft.channel, draft.language, "reward."
    ):
        # Not granted, because the programme had it no more, or not to be named any more.
        return _withhold(visit, draft, REWARD_REMOVED, known)
    message = OutgoingMessage(
        key=draft.message_key,
        to=addressee.contact.address(draft.channel) or "",
        content=visit.ports.renderer.render(draft.message, draft.channel, draft.language, facts),
        tags={"customer": draft.customer_id, "purpose": draft.purpose.value},
        headers=list_headers(visit, draft),
    )
    claimed = claim(visit, draft)
    if claimed is None:
        return None
    try:
        provider_id = visit.ports.senders[draft.channel].send(message, claimed=claimed)
    except MessageRefusedError as error:
        refuse(visit, claimed, f"refused: {error}"[:200])
        return StepOutcomeV1.withheld("refused")
    if provider_id is None:
        # Not decided anew at once: two who took turns would claim it over each other for ever.
        raise StaleCustomerError(
            f"the claim to message {claimed.message_key} was taken over by somebody else"
        )
    return StepOutcomeV1.done()


def _settle(visit: Visit, sending: Message) -> StepOutcomeV1:
    """Somebody sends it and has not said how it ended: wait for the provider's word, but not for ever."""
    until = sending.decided_at + timedelta(seconds=visit.ports.programme.policy.settle_after)
    if visit.now < until:
        seconds = int(min(until - visit.now, LOOK_AGAIN).total_seconds()) + 1
        return StepOutcomeV1.hold(seconds, "unconfirmed")
    visit.ports.ledger.move(
        sending.key,
        MessageStatus.UNCONFIRMED,
        only_from=frozenset({MessageStatus.SENDING}),
        at=visit.now,
        reason="no_word_from_provider",
    )
    return StepOutcomeV1.done()
