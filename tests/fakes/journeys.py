"""The journeys of the default programme, and people in them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from escalera.adapters.memory import InMemoryCustomerRepository
from escalera.domain.facts import Entry, EntryStatus, Fact, MessageStatus, Waiting
from escalera.domain.vocabulary import CustomerId, JourneyName, MessageName
from escalera.journeys.file_model import Journey
from escalera.journeys.programme import GoalTerms, JourneyTerms
from escalera.ports.customers import Change, When, Write
from programme_compiler.graphs import graph_of
from programme_compiler.source import read_source
from tests.fakes.facts import a_message, an_entry

_FILES = {
    name: one.journey
    for name, one in sorted(read_source(Path(__file__).parents[2] / "programme").journeys.items())
}
GRAPHS = {name: graph_of(journey) for name, journey in _FILES.items()}


def _terms(journey: Journey) -> JourneyTerms:
    return JourneyTerms(
        name=JourneyName(journey.name),
        kind=journey.kind,
        starts_on=journey.starts_on.event,
        leaves_on=frozenset(journey.leaves_on),
        waits_for=frozenset(),
        while_complaint_open=journey.while_complaint_open,
        priority=journey.enter.priority,
        once_per=journey.enter.once_per,
        fresh=journey.enter.fresh,
        classes=journey.enter.classes,
        longest=0,
        about=journey.about,
        goal=None if journey.goal is None else GoalTerms(journey.goal.event, journey.goal.within),
    )


JOURNEYS = {name: _terms(journey) for name, journey in _FILES.items()}


def keep(store: InMemoryCustomerRepository, *facts: Fact) -> None:
    """Each fact as it is now, whatever was there."""
    for fact in facts:
        known = store.load([fact.key.customer_id])[fact.key.customer_id]
        store.save([Change(known, known, (Write(fact, When.ALWAYS),))])


def who_waits(
    customer: CustomerId,
    step: str,
    until: datetime,
    *,
    journey: str = "win-back",
    reason: str = "",
    **fields: Any,
) -> Entry:
    """Somebody at this step."""
    name = JourneyName(journey)
    since = until - timedelta(days=2)
    given = {"journey": name, "waiting": Waiting(step, since, until, reason), "entered_at": since}
    return an_entry(customer, f"e-{journey}-{step}", **(given | fields))


def people_in_journeys(now: datetime, customers: Iterable[CustomerId]) -> list[Fact]:
    """For each of these customers a place in win-back, and a past in it: a message sent, one withheld, an entry over."""
    facts: list[Fact] = []
    for n, customer in enumerate(customers):
        facts += [
            who_waits(customer, "2-wait-5d", now + timedelta(days=n % 3, hours=2)),
            who_waits(
                customer,
                "2-wait-for-DeliveryRecorded",
                now + timedelta(days=4 - 3 * (n % 3)),
                journey="thank-you",
            ),
            an_entry(
                customer,
                f"e-over-{n}",
                entered_at=now - timedelta(days=9),
                ended_at=now - timedelta(days=1),
                status=EntryStatus.LEFT,
                reason="PurchaseRecorded",
                converted_at=now - timedelta(days=1),
            ),
            _message(customer, f"m-sent-{n}", now, MessageStatus.SENT, claimed_at=now - timedelta(hours=1)),
            _message(customer, f"m-not-{n}", now, MessageStatus.WITHHELD, reason="no_consent"),
        ]
    return facts


def _message(customer: CustomerId, key: str, now: datetime, status: MessageStatus, **fields: Any) -> Fact:
    return a_message(
        customer,
        key,
        message=MessageName("we-miss-you"),
        journey=JourneyName("win-back"),
        status=status,
        decided_at=now - timedelta(hours=1),
        **fields,
    )
