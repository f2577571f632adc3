"""The card of a customer (doctrine L4): one page that somebody on the telephone reads in five seconds."""

from escalera.domain.brief import CustomerBrief
from escalera.domain.complaints import clock_until
from escalera.domain.staff import Right
from escalera.domain.vocabulary import CustomerId, Purpose
from escalera.journeys.programme import Programme
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.use_cases.desk.finish_task import LONGEST_NOTE
from escalera.use_cases.desk.show_customer import show_customer
from escalera.use_cases.desk.show_today import task_clock
from escalera.web.console.console import Console, Visit
from escalera.web.console.today_page import as_clocked
from escalera.web.site import Answer

ADVICE, ORDERS, MESSAGES, MOMENTS = 4, 5, 8, 20
"""So many lines are read at a glance; the rest is folded away."""


def customer_page(
    console: Console, *, customers: CustomerRepository, programme: Programme, clock: Clock
) -> None:
    """Register the page."""

    @console.page("/customer", right=Right.SEE)
    def card(visit: Visit) -> Answer:
        brief = show_customer(
            CustomerId(visit.asked_id("id")), customers=customers, programme=programme, clock=clock
        )
        return visit.show(
            "customer.html",
            brief=brief,
            customer=brief.customer,
            name=_name(brief),
            complaints=[as_clocked(one) for one in brief.complaints],
            promises=[(one, clock_until(one.due_at, one.made_at, visit.now).value) for one in brief.promises],
            tasks=[(one, task_clock(one, visit.now).value) for one in brief.tasks],
            groups=brief.customer.score.groups if brief.customer.score else (),
            about={group.name: group.about for group in programme.groups},
            purposes=list(Purpose),
            teams=tuple(programme.teams),
            longest=LONGEST_NOTE,
            first={"advice": ADVICE, "orders": ORDERS, "messages": MESSAGES, "moments": MOMENTS},
        )


def _name(brief: CustomerBrief) -> str:
    contact = brief.customer.contact
    return f"{contact.given_name} {contact.family_name}".strip() or brief.customer.id
