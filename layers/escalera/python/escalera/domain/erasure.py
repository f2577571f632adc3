"""What is left of a customer who asks to be forgotten: amounts and dates, as the law and the statistics need, and no person.

Each kind of record says here what it keeps; what it does not name is gone. The customer's id stays, and what was told of
them later is kept in the same way: so nobody comes back by an event that was late, or told twice.
"""

from dataclasses import replace
from datetime import datetime
from functools import singledispatch

from escalera.domain.customer import Customer, Suppression
from escalera.domain.facts import (
    Answer,
    Audit,
    Complaint,
    Entry,
    Fact,
    Message,
    Opinion,
    Order,
    Promise,
    Refund,
    Reward,
    Silence,
    Task,
)
from escalera.domain.once import address_digest
from escalera.domain.vocabulary import MessageChannel

ERASED = "CustomerErased"
"""The event that tells of it: it ends every journey the customer is in."""


def without_person(customer: Customer, at: datetime) -> Customer:
    """The customer as an account: sums, dates, rung and class. Erased once, it stays erased since then.

    A channel closed for an address stays closed for it, by a digest that names nobody.
    """
    entries = {key: replace(entry, leaving=ERASED) for key, entry in customer.active_entries.items()}
    return Customer(
        id=customer.id,
        version=customer.version,
        registered_at=customer.registered_at,
        erased_at=customer.erased_at or at,
        orders=customer.orders,
        orders_returned=customer.orders_returned,
        first_order_at=customer.first_order_at,
        last_order_at=customer.last_order_at,
        spending=customer.spending,
        refunds_awaiting_order=customer.refunds_awaiting_order,
        deliveries_awaiting_order=customer.deliveries_awaiting_order,
        rung=customer.rung,
        rung_reason=customer.rung_reason,
        abc_class=customer.abc_class,
        class_history=customer.class_history,
        quiet_since=customer.quiet_since,
        suppressed={channel: _by_digest(customer, channel) for channel in customer.suppressed},
        last_entered=customer.last_entered,
        active_entries=entries,
    )


def fact_without_person(fact: Fact, at: datetime) -> Fact:
    """The record without whatever tells of a person; what was still to be done for them is over."""
    return _bare(fact, at)


def _by_digest(customer: Customer, channel: MessageChannel) -> Suppression:
    closed, address = customer.suppressed[channel], customer.contact.address(channel)
    return closed if closed.address or not address else replace(closed, address=address_digest(address))


@singledispatch
def _bare(fact: Fact, at: datetime) -> Fact:  # noqa: ARG001 - one signature for all kinds
    raise TypeError(f"nobody knows what stays of a {type(fact).__name__} of whom is erased")


@_bare.register(Order)
@_bare.register(Refund)
@_bare.register(Promise)
@_bare.register(Silence)
@_bare.register(Message)
@_bare.register(Entry)
@_bare.register(Audit)
def _as_it_is(fact: Fact, at: datetime) -> Fact:  # noqa: ARG001 - one signature for all kinds
    return fact  # amounts, dates, outcomes, and ids of the shop's own: none of them tells who it was


@_bare.register
def _complaint(fact: Complaint, at: datetime) -> Complaint:
    return Complaint(
        fact.customer_id,
        fact.complaint_id,
        raised_at=fact.raised_at,
        answered_at=fact.answered_at,
        resolved_at=fact.resolved_at or max(at, fact.raised_at or at),
        order_id=fact.order_id,
        cause=fact.cause,
        cause_at=fact.cause_at,
        promised_at=fact.promised_at,
        owner=fact.owner,
        owner_id=fact.owner_id,
        channel=fact.channel,
    )


@_bare.register
def _answer(fact: Answer, at: datetime) -> Answer:  # noqa: ARG001
    return replace(fact, text="")


@_bare.register
def _opinion(fact: Opinion, at: datetime) -> Opinion:  # noqa: ARG001
    return Opinion(fact.customer_id, fact.order_id, fact.score, fact.scored_at)


@_bare.register
def _task(fact: Task, at: datetime) -> Task:
    return replace(fact, note="", done_at=fact.done_at or at)


@_bare.register
def _reward(fact: Reward, at: datetime) -> Reward:  # noqa: ARG001
    return replace(fact, code="")
