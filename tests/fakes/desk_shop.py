"""A shop with work on its desk: somebody who complained, tasks, causes, teams; and texts that would like to be run."""

from dataclasses import replace
from datetime import timedelta

from escalera.adapters.memory import InMemoryCustomerRepository
from escalera.domain.complaints import with_complaint
from escalera.domain.customer import Contact
from escalera.domain.facts import Complaint, Fact
from escalera.domain.vocabulary import AbcClass, CustomerId, Language, OrderId, Rung
from escalera.journeys.programme import TeamTerms
from escalera.ports.customers import Change, When, Write
from tests.fakes.clock import SetClock
from tests.fakes.facts import a_complaint, a_task, an_order
from tests.fakes.house import PROGRAMME
from tests.fakes.journeys import JOURNEYS

XSS = "<script>alert(1)</script>\"'>{{7*7}}"
EVE = CustomerId("eve/#?&")
"""An id that would end up elsewhere if an address were put together carelessly."""
DESK_PROGRAMME = replace(
    PROGRAMME,
    teams={name: TeamTerms(name, f"{name}@casa.example.com") for name in ("service", "sales")},
    causes={
        "broken-on-the-way": dict.fromkeys(Language, "Broken on the way"),
        "xss": dict.fromkeys(Language, XSS),
    },
    journeys=JOURNEYS,
)


def stock(store: InMemoryCustomerRepository, clock: SetClock) -> None:
    """Put the customers and their facts into the shop."""
    now = clock.now()
    complaint = a_complaint(
        EVE,
        "c/1",
        raised_at=now - timedelta(hours=25),
        subject=XSS,
        order_id=OrderId("o/1"),
        promised_at=now - timedelta(hours=1),
    )
    _keep(
        store,
        EVE,
        Contact(
            given_name=XSS, family_name="Ejemplo", email="eve@example.com", phone="+442079460018", as_of=now
        ),
        complaint,
        a_complaint(EVE, "c/2", raised_at=now - timedelta(hours=1), subject="The lamp flickers"),
        a_task(
            EVE, "t/1", team="service", kind="answer-complaint", due_at=now - timedelta(hours=2), about="c/1"
        ),
        a_task(EVE, "t/2", team="service", kind="personal-call", due_at=now + timedelta(days=2)),
        an_order(
            EVE, "o/1", placed_at=now - timedelta(days=9), categories={"lamps": 1000}, products=("LAMP-1",)
        ),
    )
    _keep(
        store,
        CustomerId("ana"),
        Contact(given_name="Ana", family_name="Ejemplo", email="ana@example.com", as_of=now),
        a_complaint(
            CustomerId("ana"),
            "c/3",
            raised_at=now - timedelta(days=8),
            answered_at=now - timedelta(days=7, hours=6),
            resolved_at=now - timedelta(days=6),
            cause="broken-on-the-way",
        ),
    )


def _keep(store: InMemoryCustomerRepository, customer_id: CustomerId, contact: Contact, *facts: Fact) -> None:
    known = store.load([customer_id])[customer_id]
    after = replace(
        known,
        contact=contact,
        abc_class=AbcClass.A,
        rung=Rung.CUSTOMER,
        orders=1,
        registered_at=contact.as_of,
    )
    for fact in facts:
        if isinstance(fact, Complaint):
            after = with_complaint(after, fact)
    store.save([Change(known, after, tuple(Write(fact, When.ALWAYS) for fact in facts))])
