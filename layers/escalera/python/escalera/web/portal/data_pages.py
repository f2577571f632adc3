"""All that we know of the customer: to be read, kept, mended and erased."""

import json
from collections.abc import Iterator, Mapping

from escalera.domain.address_changes import pending_address
from escalera.domain.customer import Contact, PendingAddress
from escalera.domain.errors import TooOftenError
from escalera.domain.facts import FactKind
from escalera.domain.limits import Action
from escalera.domain.links import LinkPurpose
from escalera.domain.vocabulary import Language, MessageChannel
from escalera.use_cases.portal.own_data import NotValidError, correct_contact, erase_customer, read_own_data
from escalera.web.answers import file
from escalera.web.portal.portal import Portal, Visit, covered
from escalera.web.site import Answer

_FIELDS = ("given_name", "family_name", "email", "phone")
_COUNTED = (FactKind.ORDER, FactKind.MESSAGE, FactKind.COMPLAINT, FactKind.OPINION, FactKind.REWARD)


def data_pages(portal: Portal) -> None:
    """Register them."""
    customers, clock = portal.parts.customers, portal.parts.clock
    channels = portal.parts.programme.policy.channels

    def shown(
        visit: Visit,
        *,
        status: int = 200,
        wrong: frozenset[str] = frozenset(),
        written: Mapping[str, str] | None = None,
        too_often: bool = False,
    ) -> Answer:
        if visit.customer.erased_at is not None:
            return visit.erased(status=200)
        facts = customers.facts_of(visit.customer.id)
        return visit.show(
            "data.html",
            status=status,
            counts={kind.value: sum(fact.key.kind is kind for fact in facts) for kind in _COUNTED},
            since=visit.customer.registered_at or visit.customer.first_order_at,
            written=written or _written(visit.customer.contact),
            wrong=wrong,
            too_often=too_often,
            pending=[covered(one.address) for one in _pending(visit)],
            has_texts=MessageChannel.SMS in channels,
            languages=list(Language),
        )

    @portal.page(LinkPurpose.DATA)
    def data(visit: Visit) -> Answer:
        return shown(visit)

    @portal.page(LinkPurpose.DATA, "/file")
    def all_of_it(visit: Visit) -> Answer:
        found = json.dumps(
            read_own_data(visit.customer.id, customers=customers), ensure_ascii=False, indent=2
        )
        return file(found + "\n", "application/json; charset=utf-8", name="my-data.json")

    @portal.change(LinkPurpose.DATA)
    def correct(visit: Visit) -> Answer:
        form = visit.form
        told = {name: form.text(name) for name in (*_FIELDS, "language")}
        if not visit.may(Action.CORRECT):
            return shown(visit, status=429, written=told, too_often=True)
        try:
            asked = correct_contact(
                visit.customer.id,
                told,
                customers=customers,
                book=portal.parts.book,
                limits=portal.parts.limits,
                channels=channels,
                clock=clock,
            )
        except NotValidError as error:
            return shown(visit, status=422, wrong=error.fields, written=told)
        except TooOftenError:
            return shown(visit, status=429, written=told, too_often=True)
        return visit.go_back(said="asked" if asked else "corrected")


def erase_pages(portal: Portal) -> None:
    """Register the question before all of it is erased, and the end of it."""
    customers, clock = portal.parts.customers, portal.parts.clock

    @portal.page(LinkPurpose.DATA, "/erase")
    def ask_once_more(visit: Visit) -> Answer:
        if visit.customer.erased_at is not None:
            return visit.erased(status=200)
        return visit.show("erase.html", mistake=False)

    @portal.change(LinkPurpose.DATA, "/erase")
    def erase(visit: Visit) -> Answer:
        if not visit.form.has("sure"):
            return visit.show("erase.html", status=422, mistake=True)
        erase_customer(visit.customer.id, customers=customers, clock=clock)
        return visit.go_back(said="erased")


def _pending(visit: Visit) -> Iterator[PendingAddress]:
    for channel in MessageChannel:
        if found := pending_address(visit.customer, channel, visit.now):
            yield found


def _written(contact: Contact) -> dict[str, str]:
    language = contact.language.value if contact.language else ""
    return {**{name: getattr(contact, name) or "" for name in _FIELDS}, "language": language}
