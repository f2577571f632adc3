"""The contact policy: may this message go to this customer on this channel, now? One pure function.

The order of the rules is the order of who matters more: the law and the customer's word, then care for one who
complains, then the shop's own measuring, then courtesy of hour and number. The first rule that objects decides.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from escalera.domain.consent import allows, is_suppressed
from escalera.domain.customer import Customer
from escalera.domain.once import share_of
from escalera.domain.quiet_hours import quiet_until
from escalera.domain.vocabulary import MessageChannel, Purpose, SubjectName


class Rule(StrEnum):
    """The rules, each also the reason that is told and kept when it withholds or holds."""

    ERASED = "erased"
    NO_ADDRESS = "no_address"
    SUPPRESSED = "suppressed"
    NO_CONSENT = "no_consent"
    UNSUBSCRIBED = "unsubscribed"
    UNWANTED_SUBJECT = "unwanted_subject"
    OPEN_COMPLAINT = "open_complaint"
    HOLDOUT = "holdout"
    EXPIRED = "expired"
    QUIET_HOURS = "quiet_hours"
    PAUSED = "paused"
    FREQUENCY_CAP = "frequency_cap"


@dataclass(frozen=True, slots=True)
class ContactRules:
    """What the programme says about writing to customers."""

    must_ask: frozenset[Purpose]
    """Purposes that need a yes beforehand."""
    quiet_from: time | None
    quiet_to: time | None
    cap: int
    cap_window: timedelta
    holdout_share: float
    holdout_salt: str
    default_time_zone: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A message that a journey would like to send."""

    purpose: Purpose
    sells: bool
    expires_at: datetime
    hold_while_complaint_open: bool = False
    """Hold instead of withhold while a complaint is open."""
    subject: SubjectName | None = None
    """What it is about, where customers may choose that."""


@dataclass(frozen=True, slots=True)
class Send:
    """It may go."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Not now; ask again at `until`."""

    until: datetime
    rule: Rule


@dataclass(frozen=True, slots=True)
class Withhold:
    """Not at all."""

    rule: Rule


Verdict = Send | Hold | Withhold

COMPLAINT_LOOK = timedelta(hours=6)
"""How often a message held by an open complaint is asked for again."""
NEVER = datetime.max.replace(tzinfo=UTC)
"""When a message goes to one who wishes none: after every expiry, so it is withheld at once."""


def judge(  # noqa: PLR0911 - one return a rule reads best
    customer: Customer, proposal: Proposal, channel: MessageChannel, now: datetime, rules: ContactRules
) -> Verdict:
    """Send, hold until an instant, or withhold for a reason (house rules of order, see the module).

    Service messages skip the unwanted subjects, the holdout, quiet hours on e-mail, the pause and the caps; never
    suppression or a STOP.
    """
    refusal = _refusal(customer, proposal, channel, rules)
    if refusal is not None:
        return Withhold(refusal)
    if customer.has_open_complaint and (proposal.sells or proposal.purpose is not Purpose.SERVICE):
        if proposal.hold_while_complaint_open and now < proposal.expires_at:
            return Hold(min(now + COMPLAINT_LOOK, proposal.expires_at), Rule.OPEN_COMPLAINT)
        return Withhold(Rule.OPEN_COMPLAINT)
    if proposal.purpose is not Purpose.SERVICE and in_holdout(customer, rules):
        return Withhold(Rule.HOLDOUT)
    if now >= proposal.expires_at:
        return Withhold(Rule.EXPIRED)
    held = _hold(customer, proposal, channel, now, rules)
    if held is None:
        return Send()
    # Whatever can only go after it has expired is told so now, not held until then.
    return held if held.until < proposal.expires_at else Withhold(held.rule)


def in_holdout(customer: Customer, rules: ContactRules) -> bool:
    """Whether the customer belongs to the share that is left alone, to measure against; drawn once, by hash."""
    return share_of(customer.id, rules.holdout_salt) < rules.holdout_share


def _refusal(  # noqa: PLR0911 - one return a rule reads best
    customer: Customer, proposal: Proposal, channel: MessageChannel, rules: ContactRules
) -> Rule | None:
    if customer.erased_at is not None:
        return Rule.ERASED
    if not customer.contact.address(channel):
        return Rule.NO_ADDRESS
    if is_suppressed(customer, channel):
        return Rule.SUPPRESSED
    if not allows(customer, proposal.purpose, channel, must_ask=proposal.purpose in rules.must_ask):
        return Rule.NO_CONSENT
    # What sells needs the yes to offers, whatever its purpose is called.
    if proposal.sells and not allows(
        customer, Purpose.PROMOTION, channel, must_ask=Purpose.PROMOTION in rules.must_ask
    ):
        return Rule.NO_CONSENT
    if channel in customer.unsubscribed:
        return Rule.UNSUBSCRIBED
    if proposal.purpose is not Purpose.SERVICE and _is_unwanted(customer, proposal.subject):
        return Rule.UNWANTED_SUBJECT
    return None


def _is_unwanted(customer: Customer, subject: SubjectName | None) -> bool:
    """Only a word against it counts: who said nothing of a subject hears of it."""
    wish = None if subject is None else customer.subjects.get(subject)
    return wish is not None and not wish.wanted


def _hold(
    customer: Customer, proposal: Proposal, channel: MessageChannel, now: datetime, rules: ContactRules
) -> Hold | None:
    service = proposal.purpose is Purpose.SERVICE
    # An e-mail about the customer's own order or complaint wakes nobody and is waited for; a text rings.
    if not (service and channel is MessageChannel.EMAIL) and rules.quiet_from and rules.quiet_to:
        zone = customer.contact.time_zone or rules.default_time_zone
        until = quiet_until(now, zone, rules.quiet_from, rules.quiet_to)
        if until is not None:
            return Hold(until, Rule.QUIET_HOURS)
    if service:
        return None
    if customer.paused_until is not None and now < customer.paused_until:
        return Hold(customer.paused_until, Rule.PAUSED)
    return _cap(customer, now, rules)


def _cap(customer: Customer, now: datetime, rules: ContactRules) -> Hold | None:
    """Two sliding windows, the programme's and the customer's own: the wish can only make messages fewer."""
    limits = [(rules.cap, rules.cap_window)]
    if customer.wished_cap is not None:
        limits.append((customer.wished_cap, customer.wished_within or rules.cap_window))
    until = max((_full_until(customer, now, *limit) for limit in limits), default=now)
    return Hold(until, Rule.FREQUENCY_CAP) if until > now else None


def _full_until(customer: Customer, now: datetime, cap: int, window: timedelta) -> datetime:
    """Until when `cap` messages lie within the window; `now` if fewer do already."""
    counted = sorted(
        contact.at
        for contact in customer.recent_contacts
        if contact.purpose is not Purpose.SERVICE and contact.at > now - window
    )
    if len(counted) < cap:
        return now
    return counted[-cap] + window if cap > 0 else NEVER
