"""Who is in which journey: entering, being displaced, waiting, leaving."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from escalera.domain.customer import ActiveEntry, Customer
from escalera.domain.facts import Entry, EntryStatus
from escalera.domain.vocabulary import AbcClass, EntryId, JourneyName, Purpose

OUT_OF_TIME = "out_of_time"
"""The entry lasted longer than its journey can: it counts no more."""


class NotEntered(StrEnum):
    """Why a customer does not enter a journey."""

    ERASED = "erased"
    TOO_LATE = "too_late"
    ENTERED_BEFORE = "entered_before"
    OTHER_CLASS = "other_class"
    REMOVED = "journey_removed"
    """The shop has removed the journey: nobody enters it any more."""
    BUSY = "busy"
    """In a promotional journey of the same or a higher priority: one conversation at a time."""


@dataclass(frozen=True, slots=True)
class EntryRules:
    """What a journey says of entering it."""

    journey: JourneyName
    kind: Purpose
    priority: int
    once_per: timedelta | None
    fresh: timedelta | None
    classes: tuple[AbcClass, ...] | None
    leaves_on: tuple[str, ...]
    longest: timedelta
    earlier_names: tuple[JourneyName, ...] = ()
    """Other names of the same journey: who entered under one of them has entered it."""
    leaving_journeys: frozenset[str] = frozenset()
    """The journeys that the shop has removed, and that everybody leaves: nobody is kept out for being in one of them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody is to enter: which entry, by what cause, in which run."""

    entry_id: EntryId
    execution: str
    cause: str
    cause_at: datetime
    subject: str
    holdout: bool
    stood_still: timedelta = timedelta()
    """How long the journey was paused since the cause: that makes no cause old."""


def running(customer: Customer, now: datetime) -> Mapping[EntryId, ActiveEntry]:
    """The entries that can still be running."""
    return {key: entry for key, entry in customer.active_entries.items() if entry.until > now}


def _rivals(customer: Customer, rules: EntryRules, now: datetime) -> Mapping[EntryId, ActiveEntry]:
    # One that is leaving stands in nobody's way: what ended it may be what starts the next.
    return {
        key: entry
        for key, entry in running(customer, now).items()
        if entry.kind is Purpose.PROMOTION
        and not entry.leaving
        and entry.journey not in rules.leaving_journeys
    }


def _last_entered(customer: Customer, rules: EntryRules) -> datetime | None:
    names = (rules.journey, *rules.earlier_names)
    return max((at for name in names if (at := customer.last_entered.get(name))), default=None)


def why_not(customer: Customer, rules: EntryRules, asked: Asked, now: datetime) -> NotEntered | None:
    """The first reason against entering, or None."""
    if customer.erased_at is not None:
        return NotEntered.ERASED
    if rules.fresh is not None and now - asked.cause_at - asked.stood_still > rules.fresh:
        return NotEntered.TOO_LATE
    # Classes steer effort once they are known; until then nobody is shut out by a class nobody computed.
    if (
        rules.classes is not None
        and customer.abc_class is not None
        and customer.abc_class not in rules.classes
    ):
        return NotEntered.OTHER_CLASS
    last = _last_entered(customer, rules)
    if rules.once_per is not None and last is not None and now - last < rules.once_per:
        return NotEntered.ENTERED_BEFORE
    rivals = _rivals(customer, rules, now).values() if rules.kind is Purpose.PROMOTION else ()
    # One that failed holds nobody up; whoever enters displaces it.
    if any(rival.priority >= rules.priority for rival in rivals if not rival.is_failed):
        return NotEntered.BUSY
    return None


def enter(
    customer: Customer, rules: EntryRules, asked: Asked, now: datetime
) -> tuple[Customer, Entry, tuple[Entry, ...]]:
    """The customer in the journey, the entry, and the entries that end with it.

    Those are the ones of promotional journeys of lower priority, which it displaces, and those whose time is over.
    """
    over = {
        key: OUT_OF_TIME
        for key, entry in customer.active_entries.items()
        if key not in running(customer, now) and not entry.is_failed
    }
    if rules.kind is Purpose.PROMOTION:
        over |= dict.fromkeys(_rivals(customer, rules, now), f"displaced_by_{rules.journey}")
    closed: tuple[Entry, ...] = ()
    for key, reason in over.items():
        customer, ended = end(customer, key, EntryStatus.LEFT, now, reason=reason)
        closed += (ended,) if ended else ()
    active = ActiveEntry(
        journey=rules.journey,
        kind=rules.kind,
        priority=rules.priority,
        execution=asked.execution,
        entered_at=now,
        until=now + rules.longest,
        leaves_on=rules.leaves_on,
        subject=asked.subject,
        holdout=asked.holdout,
        cause=asked.cause,
    )
    entry = Entry(
        customer_id=customer.id,
        journey=rules.journey,
        entry_id=asked.entry_id,
        execution=asked.execution,
        cause=asked.cause,
        entered_at=now,
        holdout=asked.holdout,
    )
    customer = replace(
        customer,
        last_entered={**customer.last_entered, rules.journey: now},
        active_entries={**running(customer, now), asked.entry_id: active},
    )
    return customer, entry, closed


def end(
    customer: Customer, key: EntryId, status: EntryStatus, now: datetime, *, reason: str = ""
) -> tuple[Customer, Entry | None]:
    """The customer out of the journey, and the closed entry; None if the customer was not in it."""
    active = customer.active_entries.get(key)
    if active is None:
        return customer, None
    remaining = {other: entry for other, entry in customer.active_entries.items() if other != key}
    closed = Entry(
        customer_id=customer.id,
        journey=active.journey,
        entry_id=key,
        execution=active.execution,
        cause=active.cause,
        entered_at=active.entered_at,
        holdout=active.holdout,
        status=status,
        ended_at=now,
        reason=reason,
        converted_at=active.converted_at,
    )
    return replace(customer, active_entries=remaining), closed


def fail(customer: Customer, key: EntryId, now: datetime, *, reason: str) -> tuple[Customer, Entry | None]:
    """The customer whose execution failed, still in the journey, for it may be redriven; and the entry as failed."""
    _, failed = end(customer, key, EntryStatus.FAILED, now, reason=reason)
    if failed is None:
        return customer, None
    active = replace(customer.active_entries[key], failed_at=now, redriven_at="")
    return replace(customer, active_entries={**customer.active_entries, key: active}), failed


def redrive(customer: Customer, key: EntryId, now: datetime, *, step: str) -> tuple[Customer, Entry]:
    """The customer whose execution goes on from this step, with the time that it stood still; and the entry as active."""
    active = customer.active_entries[key]
    stood_still = now - (active.failed_at or now)
    active = replace(active, redriven_at=step, until=active.until + stood_still)
    entry = Entry(
        customer_id=customer.id,
        journey=active.journey,
        entry_id=key,
        execution=active.execution,
        cause=active.cause,
        entered_at=active.entered_at,
        holdout=active.holdout,
        converted_at=active.converted_at,
    )
    return replace(customer, active_entries={**customer.active_entries, key: active}), entry


def leave_by(customer: Customer, event: str) -> Customer:
    """The customer with every entry that ends by this event marked as leaving.

    Written in the same breath as what happened, so that no step can act between the purchase and the stop of its run.
    """
    marked = {
        key: replace(entry, leaving=event) if event in entry.leaves_on and not entry.leaving else entry
        for key, entry in customer.active_entries.items()
    }
    return customer if marked == customer.active_entries else replace(customer, active_entries=marked)


def prolong(customer: Customer, key: EntryId, by: timedelta) -> Customer:
    """The customer with an entry that may last so much longer."""
    active = customer.active_entries[key]
    return replace(
        customer,
        active_entries={**customer.active_entries, key: replace(active, until=active.until + by)},
    )


def wait(
    customer: Customer, key: EntryId, event: str | None, task_token: str | None, step: str = ""
) -> Customer:
    """The customer's entry waiting at a step for an event with this token, or (both None) not waiting any more."""
    active = replace(customer.active_entries[key], waiting_for=event, task_token=task_token, waiting_at=step)
    return replace(customer, active_entries={**customer.active_entries, key: active})
