"""What customers wish to hear, by which way and how often (doctrine P6b): of two words on one thing the later counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from escalera.domain.consent import with_consent, with_resubscribe
from escalera.domain.contacts import with_contact
from escalera.domain.customer import Contact, Customer, SubjectWish
from escalera.domain.vocabulary import Language, MessageChannel, Purpose, SubjectName

ASKED_FOR = (Purpose.RELATIONSHIP, Purpose.PROMOTION)
"""What a customer may choose; what their own order or complaint needs is always written."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Frequency:
    """At most so many messages in so long."""

    messages: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Preferences:
    """All that a customer says at once. Consents and subjects that are not in it were not said, and stay."""

    consents: Mapping[tuple[Purpose, MessageChannel], bool] = field(default_factory=dict)
    subjects: Mapping[SubjectName, bool] = field(default_factory=dict)
    frequency: Frequency | None = None
    """None: as often as the shop's own rules allow."""
    paused_until: datetime | None = None
    """None: no pause."""
    language: Language | None = None
    """None: not said."""


def with_preferences(customer: Customer, told: Preferences, at: datetime) -> Customer:
    """The customer with what they said; a yes on a channel they once stopped opens it again."""
    for (purpose, channel), given in told.consents.items():
        customer = with_consent(customer, purpose, channel, given=given, at=at)
    for channel in {channel for (_, channel), given in told.consents.items() if given}:
        if channel in customer.unsubscribed:
            customer = with_resubscribe(customer, channel, at)
    for subject, wanted in told.subjects.items():
        customer = _with_subject(customer, subject, SubjectWish(wanted, at))
    if told.language is not None:
        customer = with_contact(customer, Contact(language=told.language, as_of=at))
    return _with_frequency(_with_pause(customer, told.paused_until, at), told.frequency, at)


def with_way_out(customer: Customer, channel: MessageChannel, at: datetime) -> Customer:
    """One click: no more of anything on this channel that the customer's own orders do not need (doctrine S7)."""
    for purpose in ASKED_FOR:
        customer = with_consent(customer, purpose, channel, given=False, at=at)
    return customer


def _with_subject(customer: Customer, subject: SubjectName, told: SubjectWish) -> Customer:
    known = customer.subjects.get(subject)
    # Of a yes and a no of the same instant, the no: as with consent.
    if known is not None and (known.at, not known.wanted) >= (told.at, not told.wanted):
        return customer
    return replace(customer, subjects={**customer.subjects, subject: told})


def _with_pause(customer: Customer, until: datetime | None, at: datetime) -> Customer:
    known = (customer.wishes_as_of.get("pause", _LONG_AGO), customer.paused_until or _LONG_AGO)
    if (at, until or _LONG_AGO) <= known:
        return customer
    return replace(customer, paused_until=until, wishes_as_of={**customer.wishes_as_of, "pause": at})


def _with_frequency(customer: Customer, wish: Frequency | None, at: datetime) -> Customer:
    """Of two wishes of the same instant, the one for fewer."""
    now = (
        None if customer.wished_cap is None else (customer.wished_cap, customer.wished_within or timedelta(0))
    )
    known = (customer.wishes_as_of.get("frequency", _LONG_AGO), _fewness(now))
    asked = None if wish is None else (wish.messages, wish.within)
    if (at, _fewness(asked)) <= known:
        return customer
    return replace(
        customer,
        wished_cap=wish.messages if wish else None,
        wished_within=wish.within if wish else None,
        wishes_as_of={**customer.wishes_as_of, "frequency": at},
    )


def _fewness(wish: tuple[int, timedelta] | None) -> tuple[int, int, timedelta]:
    """Sorts no wish before any wish, many messages before few, a short time before a long one."""
    return (0, 0, timedelta(0)) if wish is None else (1, -wish[0], wish[1])
