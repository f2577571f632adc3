"""All that we know of the customer: to be read, kept, mended and erased."""

import json
from collections.abc import Mapping

from escalera.domain.customer import Contact
from escalera.domain.facts import FactKind
from escalera.domain.links import LinkPurpose
from escalera.domain.vocabulary import Language
from escalera.use_cases.portal.own_data import NotValidError, correct_contact, erase_customer, read_own_data
from escalera.web.answers import file
from escalera.web.portal.portal import Portal, Visit
from escalera.web.site import Answer

_FIELDS = ("given_name", "family_name", "email", "phone")
_COUNTED = (FactKind.ORDER, FactKind.MESSAGE, FactKind.COMPLAINT, FactKind.OPINION, FactKind.REWARD)


def data_pages(portal: Portal) -> None:
    """Register them."""
    customers, clock = portal.parts.customers, portal.parts.clock

    def shown(
        visit: Visit,
        *,
        status: int = 200,
        wrong: frozenset[str] = frozenset(),
        written: Mapping[str, str] | None = None,
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
        try:
            correct_contact(visit.customer.id, told, customers=customers, clock=clock)
        except NotValidError as error:
            return shown(visit, status=422, wrong=error.fields, written=told)
        return visit.go_back(said="corrected")

    @portal.page(LinkPurpose.DATA, "/erase")
    def ask_once_more(visit: Visit) -> Answer:
        return shown(visit) if visit.customer.erased_at else visit.show("erase.html", mistake=False)

    @portal.change(LinkPurpose.DATA, "/erase")
    def erase(visit: Visit) -> Answer:
        if not visit.form.has("sure"):
            return visit.show("erase.html", status=422, mistake=True)
        erase_customer(visit.customer.id, customers=customers, clock=clock)
        return visit.go_back(said="erased")


def _written(contact: Contact) -> dict[str, str]:
    language = contact.language.value if contact.language else ""
    return {**{name: getattr(contact, name) or "" for name in _FIELDS}, "language": language}
