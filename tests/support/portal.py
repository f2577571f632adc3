"""The customers' pages before a browser, over a house in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from escalera.domain.facts import Fact
from escalera.domain.links import LinkPurpose, address_mark
from escalera.domain.vocabulary import CustomerId, Language, MessageChannel, SubjectName
from escalera.journeys.programme import OpinionTerms, Programme
from escalera.runtime.environment import Environment
from escalera.use_cases.links import PortalLinks
from escalera.web.portal.portal import PortalParts
from escalera.web.portal.site import portal_site
from escalera.web.site import web_handler
from programme_compiler.page_style import page_style
from tests.fakes.house import ANA, PROGRAMME, House
from tests.support.served import served

FOLDER = Path(__file__).resolve().parents[2] / "functions/portal"
PROGRAMME_FOLDER = Path(__file__).resolve().parents[2] / "programme"
ORDER = "5001"
SUBJECTS = {
    SubjectName("opinions"): {
        Language.SPANISH: "Preguntas sobre cómo te ha ido",
        Language.PORTUGUESE: "Perguntas sobre como foi",
        Language.ENGLISH: "Questions about how it went",
    },
    SubjectName("ideas"): {
        Language.SPANISH: "Ideas y ayuda para elegir",
        Language.PORTUGUESE: "Ideias e ajuda para escolher",
        Language.ENGLISH: "Ideas and help with choosing",
    },
}
SHOP = replace(
    PROGRAMME,
    shop=replace(
        PROGRAMME.shop,
        name="Casa Nogal",
        url="https://casa-nogal.example.com",
        support_email="hola@casa-nogal.example.com",
        postal_address="Calle del Nogal 7, 28999 Villaejemplo",
    ),
    subjects=SUBJECTS,
    opinions=OpinionTerms(low=2, high=5, review_url="https://reviews.example.com/casa-nogal"),
)


class NoEnv(Environment):
    """Nothing has to be told."""


@dataclass
class PortalShop:
    """A shop whose customers have pages: Ana bought once, and said yes to all by e-mail."""

    house: House
    handler: Any
    url: str

    def link(
        self,
        purpose: LinkPurpose,
        customer: CustomerId = ANA,
        *,
        subject: str = "",
        at_ago: timedelta = timedelta(0),
        sent_to: str = "ana@example.com",
    ) -> str:
        """The path of a link that was made so long ago, and sent to this address."""
        subjects = {LinkPurpose.OPINION: ORDER, LinkPurpose.COMPLAIN: ORDER, LinkPurpose.UNSUBSCRIBE: "email"}
        mark = address_mark(MessageChannel.EMAIL, sent_to)
        made = self.house.links.to(
            purpose, customer, self.house.clock.now() - at_ago, subject or subjects.get(purpose, ""), mark
        )
        return made.removeprefix(self.url)

    def allowed(self) -> set[str]:
        """What Ana allows now, such as `promotion-email`."""
        return {
            f"{purpose.value}-{channel.value}"
            for (purpose, channel), state in self.house.ana().consents.items()
            if state.given and channel not in self.house.ana().unsubscribed
        }

    def facts(self, kind: type[Fact]) -> list[Any]:
        return self.house.facts(kind)


def a_portal_shop(
    url: str = "https://paginas.casa.example.com", programme: Programme = SHOP, **ana: Any
) -> PortalShop:
    """Put it together; `ana` says what her registration tells otherwise."""
    house = House()
    house.programme = programme
    house.links = PortalLinks(url, house.links.keys)
    house.tell("CustomerRegistered", **ana)
    for purpose in ("relationship", "promotion"):
        house.tell("ConsentGiven", f"yes-{purpose}", purpose=purpose, for_channel=MessageChannel.EMAIL.value)
    house.tell("PurchaseCompleted", "p-0", order_id=ORDER)
    house.publish()
    house.clock.go_on(hours=1)
    parts = PortalParts(
        customers=house.customers,
        book=house.book,
        limits=house.limits,
        links=house.links,
        programme=house.programme,
        rules=lambda: house.rules,
        clock=house.clock,
    )
    handler = web_handler(NoEnv, lambda _env: portal_site(FOLDER, parts, brand=[_brand()]))
    return PortalShop(house, handler, url)


@cache
def _brand() -> Path:
    """The default programme's look of pages, where its compiled layer would have it."""
    folder = Path(mkdtemp(prefix="brand-"))
    (folder / "brand.css").write_text(page_style(PROGRAMME_FOLDER), encoding="utf-8")
    return folder


@contextmanager
def portal_on_show(**told: Any) -> Iterator[PortalShop]:
    """Serve it until the context ends."""
    with served() as here:
        shop = a_portal_shop(here.url, **told)
        here.handler = shop.handler
        yield shop
