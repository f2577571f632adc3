"""Who is meant? Found by whatever staff were told: a name, an address, a number, an order."""

from urllib.parse import urlencode

from escalera.domain.staff import Right
from escalera.ports.customers import CustomerRepository
from escalera.ports.work import WorkLists
from escalera.use_cases.desk.find_customers import FoundBy, Search, find_customers
from escalera.web.console.console import Console, Visit
from escalera.web.site import Answer


def find_page(console: Console, customers: CustomerRepository, work: WorkLists, *, shop_phone: str) -> None:
    """Register the page."""

    @console.page("/find", right=Right.SEE)
    def find(visit: Visit) -> Answer:
        who = visit.asked("who")
        search = (
            find_customers(who, customers=customers, work=work, shop_phone=shop_phone) if who else Search(())
        )
        certain = [found for found in search.found if found.by is not FoundBy.NAME]
        if len(certain) == 1 == len(search.found) and not visit.wants_a_part:
            return visit.go_to(f"/customer?{urlencode({'id': certain[0].customer.id})}")
        return visit.show("found.html" if visit.wants_a_part else "find.html", who=who, search=search)
