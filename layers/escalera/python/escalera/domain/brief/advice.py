"""What to say next, and why (doctrine L4, E1, L10): serve first, then thank, then talk, and only then sell.

Each piece of advice names the fact it stands on. While a complaint is open there is none that sells.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

from escalera.domain.brief.parts import OpenComplaint, Reach, Rhythm
from escalera.domain.complaints import Clock
from escalera.domain.customer import Customer
from escalera.domain.facts import Opinion, Order, Promise, PromiseStatus, Refund, Reward, Silence, Task
from escalera.domain.vocabulary import AbcClass, Purpose

LATELY = timedelta(days=30)
_JUST = timedelta(days=14)
_UNHAPPY, _HAPPY = 2, 4
"""Of 5."""


class Manner(IntEnum):
    """What a sentence does for the customer; the smaller goes first."""

    SERVE = 1
    THANK = 2
    TALK = 3
    SELL = 4


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to say or to do, and the fact behind it."""

    manner: Manner
    say: str
    because: str
    at: datetime | None = None
    """When that was, or by when it is due."""
    doctrine: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What advice is drawn from."""

    customer: Customer
    now: datetime
    rhythm: Rhythm
    complaints: tuple[OpenComplaint, ...] = ()
    promises: tuple[Promise, ...] = ()
    tasks: tuple[Task, ...] = ()
    """Still to be done."""
    orders: tuple[Order, ...] = ()
    """The latest first."""
    refunds: tuple[Refund, ...] = ()
    rewards: tuple[Reward, ...] = ()
    silences: tuple[Silence, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    reach: tuple[Reach, ...] = field(default=())


def advice_for(known: Known) -> tuple[Advice, ...]:
    """In the order in which it should be said; nothing for one who was erased."""
    if known.customer.erased_at is not None:
        return ()
    found = [*_complaints(known), *_service(known), *_thanks(known), *_talk(known)]
    if not _complained(known):
        found += _sales(known)
    return tuple(sorted(found, key=lambda one: one.manner))


def _complaints(known: Known) -> Iterator[Advice]:
    for one in known.complaints:
        complaint, what = one.complaint, one.complaint.subject or f"case {one.complaint.complaint_id}"
        if one.clock is Clock.LATE:
            say = "Apologise for the late answer, and give it now"
            yield Advice(Manner.SERVE, say, f"the answer was due: {what}", one.due_at, "E6")
        elif one.clock is Clock.STOPPED:
            say = "Ask whether the answer helped, and solve what is left"
            yield Advice(
                Manner.SERVE, say, f"answered and not solved yet: {what}", complaint.answered_at, "P5c"
            )
        else:
            say = "Answer the complaint; thank for telling us"
            yield Advice(Manner.SERVE, say, f"an answer is promised: {what}", one.due_at, "L11")
    raised = _complained(known)
    if raised:
        yield Advice(
            Manner.SERVE, "Sell nothing now", "a complaint was raised and is not solved", min(raised), "L10"
        )


def _complained(known: Known) -> list[datetime]:
    """When the open complaints were raised, by the customer's own record or by those around it: either will do."""
    raised = (one.complaint.raised_at for one in known.complaints)
    return [*known.customer.open_complaints.values(), *(at for at in raised if at)]


def _service(known: Known) -> Iterator[Advice]:
    about = {one.complaint.complaint_id for one in known.complaints}
    for promise in known.promises:
        what = promise.kind.replace("-", " ")
        broken = promise.status is PromiseStatus.BROKEN and promise.settled_at is not None
        if broken and promise.settled_at and known.now - promise.settled_at <= LATELY:
            yield Advice(
                Manner.SERVE, "Apologise: we did not keep our word", f"promised and not done: {what}",
                promise.settled_at, "E6",
            )  # fmt: skip
        elif promise.status is PromiseStatus.OPEN and promise.about not in about:
            yield Advice(Manner.SERVE, "Keep our word", f"promised: {what}", promise.due_at, "E6")
    for task in known.tasks:
        what = task.kind.replace("-", " ")
        yield Advice(
            Manner.SERVE,
            f"Do what is asked for: {what}",
            f"a task of {task.team or 'the shop'}",
            task.due_at,
            "E4",
        )
    yield from _unhappy(known)
    latest = known.orders[0] if known.orders else None
    if latest and latest.is_returned and known.now - latest.placed_at <= LATELY:
        yield Advice(
            Manner.SERVE, "Ask what was not right with the order", f"order {latest.order_id} was given back",
            max((one.refunded_at for one in known.refunds if one.order_id == latest.order_id), default=None), "S9",
        )  # fmt: skip


def _unhappy(known: Known) -> Iterator[Advice]:
    for one in known.opinions:
        if one.score <= _UNHAPPY and known.now - one.scored_at <= LATELY:
            because = f"rated order {one.order_id} {one.score} of 5"
            yield Advice(Manner.SERVE, "Ask what went wrong, and put it right", because, one.scored_at, "S9")


def _thanks(known: Known) -> Iterator[Advice]:
    back = max((one.returned_at for one in known.silences if one.returned_at), default=None)
    if back is not None and known.now - back <= LATELY:
        yield Advice(
            Manner.THANK, "Thank for coming back", "bought again after an unusual silence", back, "L2"
        )
    for one in known.opinions:
        if one.score >= _HAPPY and known.now - one.scored_at <= LATELY:
            because = f"rated order {one.order_id} {one.score} of 5"
            yield Advice(Manner.THANK, "Thank for the kind words", because, one.scored_at, "E7")
    latest = known.orders[0] if known.orders else None
    if latest is None or latest.is_returned or known.now - latest.placed_at > _JUST:
        return
    if known.customer.kept_orders == 1:
        yield Advice(
            Manner.THANK, "Thank for the first order, and say what we stand for",
            f"order {latest.order_id} is the first", latest.placed_at, "S13",
        )  # fmt: skip
    else:
        yield Advice(
            Manner.THANK,
            "Thank for the order",
            f"bought lately, order {latest.order_id}",
            latest.placed_at,
            "S2",
        )


def _talk(known: Known) -> Iterator[Advice]:
    customer, rhythm = known.customer, known.rhythm
    latest = known.orders[0] if known.orders else None
    if latest and latest.delivered_at and not latest.is_returned and known.now - latest.delivered_at <= _JUST:
        yield Advice(
            Manner.TALK, "Ask how it was", f"order {latest.order_id} arrived", latest.delivered_at, "S9"
        )
    if rhythm.quiet_since is not None:
        who = "Ask what we could do better" if customer.abc_class is AbcClass.A else "Ask how they are doing"
        because = "silent for longer than is usual for them"
        yield Advice(Manner.TALK, f"Say that we miss them. {who}", because, rhythm.last_order_at, "S3")
    for group in customer.score.groups if customer.score else ():
        say = f"Keep in mind that they belong to {group.group}"
        yield Advice(
            Manner.TALK, say, group.reason or group.figures or "found by the last night", group.since, "P4"
        )
    if customer.abc_class is AbcClass.A and rhythm.quiet_since is None:
        since = customer.class_history[-1].since if customer.class_history else None
        yield Advice(
            Manner.TALK, "Talk with them; they need no offer", "one of our best, class A", since, "P5a"
        )
    missing = [name for name, there in _details(customer) if not there]
    if missing:
        yield Advice(
            Manner.TALK,
            f"Ask for their {missing[0]}, if it fits",
            f"we do not know their {missing[0]}",
            doctrine="P3",
        )


def _details(customer: Customer) -> Iterator[tuple[str, bool]]:
    """What we should like to know, the most useful first; no more than one is asked at a time."""
    contact = customer.contact
    yield "name", bool(contact.given_name)
    yield "e-mail address", bool(contact.email)
    yield "language", contact.language is not None


def _sales(known: Known) -> Iterator[Advice]:
    for reward in known.rewards:
        if reward.granted_at <= known.now <= reward.valid_until:
            say = f"Remind them of their code {reward.code}"
            yield Advice(
                Manner.SELL,
                say,
                f"a present of ours: {reward.reward}, good until then",
                reward.valid_until,
                "S7",
            )
    if not known.reach:
        return
    if all(one.refused[Purpose.PROMOTION] for one in known.reach):
        why = next(one.refused[Purpose.PROMOTION] for one in known.reach)
        yield Advice(
            Manner.SELL, "Offer what you like to in person, and nothing in writing", why, doctrine="P6b"
        )
