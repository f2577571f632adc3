"""The communication calendar (doctrine S4): a week of the shop, or what one customer got and may get."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from escalera.domain.facts import Entry, Message
from escalera.domain.staff import Right
from escalera.domain.vocabulary import CustomerId
from escalera.journeys.graph import JourneyGraph
from escalera.journeys.graph_words import plain
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.ports.journeys import JourneySteps
from escalera.ports.switches import JourneySwitches
from escalera.ports.work import WorkLists
from escalera.use_cases.look.calendar import planned_contacts, sent_contacts, week_of
from escalera.web.console.console import Console, Visit
from escalera.web.site import Answer, RefusedError

A_WEEK = timedelta(days=7)
_FARTHEST = timedelta(days=3660)
MOST = 100
"""Of what one customer got so much is shown."""


@dataclass(frozen=True, slots=True)
class CalendarPorts:
    """What these pages work with."""

    graphs: Mapping[str, JourneyGraph]
    switches: JourneySwitches
    customers: CustomerRepository
    work: WorkLists
    clock: Clock
    steps: JourneySteps


def calendar_pages(console: Console, ports: CalendarPorts, zone: ZoneInfo) -> None:
    """Register them. Days are those of the shop's clock."""

    @console.page("/calendar", right=Right.SEE)
    def calendar(visit: Visit) -> Answer:
        now = ports.clock.now()
        today = now.astimezone(zone).date()
        monday = _monday(visit.asked("week"), today)
        switches = ports.switches.read()
        week = week_of(
            monday,
            graphs=ports.graphs,
            switches=switches,
            work=ports.work,
            zone=zone,
            now=now,
            steps=ports.steps.known(),
        )
        paused = [name for name in ports.graphs if switches.of(name).paused_since is not None]
        return visit.show(
            "calendar.html",
            week=week,
            today=today,
            monday=monday,
            before=monday - A_WEEK,
            after=monday + A_WEEK,
            paused=paused,
            plain=plain,
        )

    @console.page("/calendar/customer", right=Right.SEE)
    def of_customer(visit: Visit) -> Answer:
        customer_id = CustomerId(visit.asked_id("id"))
        customer = ports.customers.load([customer_id])[customer_id] if customer_id else None
        if customer is None or not customer.version:
            raise RefusedError(404, "no customer is known by this id")
        facts = ports.customers.facts_of(customer_id)
        entries = [fact for fact in facts if isinstance(fact, Entry)]
        sent = sent_contacts(fact for fact in facts if isinstance(fact, Message))
        switches = ports.switches.read()
        return visit.show(
            "calendar_customer.html",
            customer=customer,
            planned=planned_contacts(entries, ports.graphs, ports.clock.now()),
            sent=sent[:MOST],
            more=len(sent) > MOST,
            switches=switches,
            plain=plain,
        )


def _monday(text: str, today: date) -> date:
    """The Monday of the week asked for; of this one where none is, or one that is too far for anybody."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        asked = today
    day = asked if abs(asked - today) < _FARTHEST else today
    return day - timedelta(days=day.weekday())
