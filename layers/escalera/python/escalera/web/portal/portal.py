"""The portal's pages: each opened by a link of its own purpose, in the customer's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from escalera.domain.address_changes import has_mark
from escalera.domain.customer import Customer
from escalera.domain.limits import Action
from escalera.domain.links import ExpiredLinkError, Link, LinkError, LinkPurpose, read_token
from escalera.domain.standing import StandingRules
from escalera.domain.vocabulary import Language
from escalera.journeys.programme import Programme
from escalera.ports.addresses import AddressBook
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.ports.limits import RateLimits
from escalera.use_cases.links import PortalLinks
from escalera.use_cases.portal.limiting import may_act
from escalera.use_cases.portal.saying import ErasedAlreadyError
from escalera.web.answers import go_to, page
from escalera.web.forms import Form, read_form
from escalera.web.site import Answer, RefusedError, routes
from escalera.web.templates import Templates

_ANSWERS_THE_ERASED = frozenset({LinkPurpose.UNSUBSCRIBE, LinkPurpose.DATA})


@dataclass(frozen=True, slots=True)
class PortalParts:
    """What the portal works with."""

    customers: CustomerRepository
    book: AddressBook
    limits: RateLimits
    links: PortalLinks
    programme: Programme
    rules: Callable[[], StandingRules]
    clock: Clock


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who came by a link that opens this page, and whose page it is."""

    request: APIGatewayProxyEventV2
    link: Link
    customer: Customer
    now: datetime
    address: str
    """The page's own, by which its forms come back to it."""
    portal: "Portal"

    @property
    def language(self) -> Language:
        """The customer's; else what their browser asks for, else the shop's."""
        return self.customer.contact.language or self.portal.asked_language(self.request)

    @property
    def time_zone(self) -> ZoneInfo:
        """The customer's, else the shop's."""
        zone = self.customer.contact.time_zone or self.portal.parts.programme.shop.default_time_zone
        return ZoneInfo(zone)

    @property
    def form(self) -> Form:
        """What was sent; NotAFormError for what no form of ours would send."""
        return read_form(self.request)

    def asked(self, name: str) -> str:
        """What the page's address says of this, after its `?`; empty if nothing."""
        return (self.request.query_string_parameters or {}).get(name, "").strip()

    def link_to(self, purpose: LinkPurpose, subject: str = "") -> str:
        """A link to another page of this customer's."""
        return self.portal.parts.links.to(purpose, self.customer.id, self.now, subject, self.link.mark)

    def may(self, action: Action) -> bool:
        """Count one more of this by the link and for the customer; False if it was too often of late."""
        token = self.address.rpartition("/")[2]
        return may_act(action, self.customer.id, link=token, limits=self.portal.parts.limits, now=self.now)

    def show(self, template: str, *, status: int = 200, **facts: Any) -> Answer:
        """The page of this template. Every template knows `visit`, `shop`, `said`, `day` and `moment`."""
        known = {"visit": self, "said": self.asked("said")}
        return page(self.portal.render(template, self.language, {**known, **facts}), status=status)

    def erased(self, *, status: int = 410) -> Answer:
        """The page of somebody who asked to be forgotten."""
        at = self.customer.erased_at or self.now
        return self.show("erased.html", status=status, erased=at.astimezone(self.time_zone).date())

    def go_back(self, *, said: str, **told: str) -> Answer:
        """Go on to the page itself, which says what was done: so reloading it sends nothing a second time."""
        return go_to(f"{self.address}?{urlencode({'said': said, **told})}")


Page = Callable[[Visit], Answer]


class Portal:
    """Registers pages, each for links of one purpose: no other link opens it."""

    def __init__(self, parts: PortalParts, templates: Mapping[Language, Templates]) -> None:
        self.parts = parts
        self.router = routes()
        self._templates = templates

    def page(self, purpose: LinkPurpose, below: str = "") -> Callable[[Page], Page]:
        """A page at `/<purpose>/<token><below>`. It changes nothing: scanners open links before people do."""
        return self._register("GET", purpose, below)

    def change(self, purpose: LinkPurpose, below: str = "") -> Callable[[Page], Page]:
        """What a form of such a page posts to."""
        return self._register("POST", purpose, below)

    def render(self, template: str, language: Language, facts: Mapping[str, Any]) -> str:
        """The page of a template in this language."""
        return self._templates[language].render(template, {"language": language.value, **facts})

    def trouble(self, status: int) -> Answer:
        """The page that says what went wrong: the same words for everybody, whoever they are a customer of."""
        request = APIGatewayProxyEventV2(self.router.current_event.raw_event)
        language = self.asked_language(request)
        return page(self.render("trouble.html", language, {"status": status}), status=status)

    def asked_language(self, request: APIGatewayProxyEventV2) -> Language:
        """What the browser asks for first of what we speak (RFC 9110, 12.5.4), else the shop's."""
        wanted = []
        for part in (request.headers.get("accept-language") or "").split(","):
            name, _, weight = part.strip().partition(";q=")
            wanted.append((-_number(weight, otherwise=1.0), name.partition("-")[0].lower()))
        known = {language.value: language for language in Language}
        found = (
            known[name] for weight, name in sorted(wanted, key=lambda one: one[0]) if name in known and weight
        )
        return next(found, self.parts.programme.shop.default_language)

    def _register(self, method: str, purpose: LinkPurpose, below: str) -> Callable[[Page], Page]:
        def register(made: Page) -> Page:
            def opened(token: str) -> Answer:
                request = APIGatewayProxyEventV2(self.router.current_event.raw_event)
                visit = self._visit(request, purpose, token)
                if visit.customer.erased_at is not None and purpose not in _ANSWERS_THE_ERASED:
                    return visit.erased()
                if visit.customer.version == 0 and purpose is not LinkPurpose.UNSUBSCRIBE:
                    raise RefusedError(404, f"customer {visit.customer.id} is not known here")
                try:
                    return made(visit)
                except ErasedAlreadyError:  # meanwhile
                    return visit.erased()

            opened.__name__ = getattr(made, "__name__", "page")
            self.router.route(f"/{purpose.value}/<token>{below}", method=[method])(opened)
            return made

        return register

    def _visit(self, request: APIGatewayProxyEventV2, purpose: LinkPurpose, token: str) -> Visit:
        now = self.parts.clock.now()
        try:
            link = read_token(token, purpose, self.parts.links.keys.ring(), now)
        except ExpiredLinkError as error:
            raise RefusedError(410, str(error)) from error
        except LinkError as error:
            raise RefusedError(404, str(error)) from error
        customer = self.parts.customers.load([link.customer_id])[link.customer_id]
        if customer.version and customer.erased_at is None and not _still_opens(link, customer):
            raise RefusedError(
                410, f"a link to {purpose.value} that was sent to another address than the present"
            )
        return Visit(request, link, customer, now, f"/{purpose.value}/{token}", self)


def covered(address: str) -> str:
    """Enough of an address for whose it is to know it: `a•••@example.com`, `•••123`."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}•••@{domain}" if at else f"•••{address[-3:]}"


def _still_opens(link: Link, customer: Customer) -> bool:
    """Whether the link was sent to an address that is the customer's: whoever reads the former one opens nothing by it."""
    match link.purpose:
        case LinkPurpose.UNSUBSCRIBE | LinkPurpose.CONFIRM | LinkPurpose.TAKE_BACK:
            return True  # the way out is open to everybody who ever had it; the others are looked at by their own pages
        case LinkPurpose.DATA:
            since = customer.data_links_from
            is_new = since is None or link.made_at >= since.replace(microsecond=0)
            return is_new and has_mark(customer, link.mark)
        case LinkPurpose.PREFERENCES | LinkPurpose.OPINION | LinkPurpose.COMPLAIN:
            # Those of before this was looked at have no mark, and open what they always did.
            return not link.mark or has_mark(customer, link.mark)
        case _:
            assert_never(link.purpose)


def _number(text: str, *, otherwise: float) -> float:
    try:
        return float(text)
    except ValueError:
        return otherwise
