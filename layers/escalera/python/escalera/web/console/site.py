"""The staff's console, put together."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from escalera.domain.seals import KeyRing
from escalera.journeys.graph import JourneyGraph
from escalera.journeys.programme import Programme
from escalera.ports.audit import AuditTrail
from escalera.ports.clock import Clock
from escalera.ports.colleagues import Colleagues
from escalera.ports.customers import CustomerRepository
from escalera.ports.journeys import JourneySteps
from escalera.ports.measures import DailyMeasures
from escalera.ports.messages import MessageRenderer, MessageSender
from escalera.ports.open_sessions import OpenSessions
from escalera.ports.sign_in import SignIn
from escalera.ports.switches import JourneySwitches
from escalera.ports.work import WorkLists
from escalera.use_cases.desk.send_test import SendTestPorts
from escalera.use_cases.look.preview import PreviewPorts
from escalera.web.chart_data import chart_json
from escalera.web.console.audit_page import audit_page
from escalera.web.console.calendar_pages import CalendarPorts, calendar_pages
from escalera.web.console.complaints_pages import Desk, complaints_pages
from escalera.web.console.console import Console
from escalera.web.console.customer_page import customer_page
from escalera.web.console.find_page import find_page
from escalera.web.console.journeys_pages import JourneyPorts, journeys_pages
from escalera.web.console.measures_page import measures_page
from escalera.web.console.messages_pages import messages_pages
from escalera.web.console.settings_page import settings_page
from escalera.web.console.signing_in import signing_in
from escalera.web.console.tasks_pages import tasks_pages
from escalera.web.console.today_page import today_page
from escalera.web.console.words import words_of
from escalera.web.site import make_site
from escalera.web.static_files import StaticFiles
from escalera.web.templates import SHARED, Templates


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """What the console works with."""

    sign_in: SignIn
    ring: KeyRing
    customers: CustomerRepository
    work: WorkLists
    clock: Clock
    """The shop's, on the local stack perhaps a faster one."""
    wall_clock: Clock
    """By which people sign in and work: theirs runs no faster."""
    programme: Programme
    graphs: Mapping[str, JourneyGraph]
    switches: JourneySwitches
    steps: JourneySteps
    renderer: MessageRenderer
    email: MessageSender
    """For tests that people send themselves."""
    trail: AuditTrail
    daily: DailyMeasures
    colleagues: Colleagues
    sessions: OpenSessions


def console_site(folder: Path, parts: ConsoleParts, *, address: str) -> APIGatewayHttpResolver:
    """The site; `folder` holds its templates and static files, `address` is where people find it."""
    zone = ZoneInfo(parts.programme.shop.default_time_zone)
    static = StaticFiles(SHARED / "static", folder / "static")
    templates = Templates(folder / "templates", static=static, language="en", shop=parts.programme.shop)
    templates.filters(**words_of(zone), chart_json=chart_json)
    console = Console(
        templates=templates,
        ring=parts.ring,
        secure=address.startswith("https://"),
        sign_in=parts.sign_in,
        colleagues=parts.colleagues,
        sessions=parts.sessions,
        clock=parts.clock,
        wall_clock=parts.wall_clock,
    )
    today_page(
        console,
        customers=parts.customers,
        work=parts.work,
        programme=parts.programme,
        clock=parts.clock,
    )
    customer_page(console, customers=parts.customers, programme=parts.programme, clock=parts.clock)
    find_page(console, parts.customers, parts.work, shop_phone=parts.programme.shop.support_phone)
    complaints_pages(console, Desk(parts.customers, parts.work, parts.programme, parts.clock))
    tasks_pages(
        console,
        customers=parts.customers,
        work=parts.work,
        programme=parts.programme,
        clock=parts.clock,
    )
    journeys_pages(
        console,
        JourneyPorts(
            programme=parts.programme,
            graphs=parts.graphs,
            switches=parts.switches,
            steps=parts.steps,
            customers=parts.customers,
            work=parts.work,
            clock=parts.clock,
        ),
    )
    preview = PreviewPorts(
        programme=parts.programme,
        graphs=parts.graphs,
        customers=parts.customers,
        renderer=parts.renderer,
        clock=parts.clock,
    )
    messages_pages(console, SendTestPorts(preview, parts.email, parts.trail, parts.work))
    calendar_pages(
        console,
        CalendarPorts(parts.graphs, parts.switches, parts.customers, parts.work, parts.clock, parts.steps),
        zone,
    )
    measures_page(console, parts.daily, parts.programme.shop.name)
    audit_page(console, parts.work, zone)
    settings_page(console, parts.programme)
    return make_site([console.router, signing_in(console)], static=static, trouble=console.trouble)
