"""What a journey is for, and who reached it: an event during the journey, or soon enough after its end."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from escalera.domain.customer import ActiveEntry, Customer
from escalera.domain.facts import Entry
from escalera.domain.vocabulary import JourneyName


@dataclass(frozen=True, slots=True)
class Goal:
    """The event that a journey hopes for."""

    event: str
    within: timedelta
    """So long after its end it still counts."""
    longest: timedelta
    """So long an entry of the journey can last."""

    def may_be_reached_by(self, customer: Customer, journey: str, at: datetime) -> bool:
        """Whether an entry that is over could still count: a look at it costs a read.

        The last entry may be younger than what happened: it may have begun by it.
        """
        last = customer.last_entered.get(JourneyName(journey))
        return last is not None and at <= last + self.longest + self.within


@dataclass(frozen=True, slots=True)
class Reaching:
    """An event that may be what a journey hoped for."""

    name: str
    event_id: str
    at: datetime

    def counts_for(self, entry: Entry | ActiveEntry, goal: Goal) -> bool:
        """Whether the entry reaches its goal by it. What started a journey is not what it led to."""
        if self.name != goal.event or entry.converted_at is not None or entry.cause == self.event_id:
            return False
        ended = entry.ended_at if isinstance(entry, Entry) else None
        return entry.entered_at <= self.at and (ended is None or self.at <= ended + goal.within)


def mark_running(customer: Customer, goals: Mapping[str, Goal], news: Reaching) -> Customer:
    """The customer with each running entry marked that reaches its goal by this news."""
    marked = {
        key: replace(entry, converted_at=news.at)
        if entry.journey in goals and news.counts_for(entry, goals[entry.journey])
        else entry
        for key, entry in customer.active_entries.items()
    }
    return customer if marked == customer.active_entries else replace(customer, active_entries=marked)
