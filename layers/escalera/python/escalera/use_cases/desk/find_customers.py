"""Who is meant? One line of text, and whatever it may be: an address, a number, an order, an id, a name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from escalera.domain.customer import Customer
from escalera.domain.vocabulary import CustomerId, MessageChannel, OrderId
from escalera.domain.work import orders_of_id
from escalera.ports.customers import CustomerRepository
from escalera.ports.work import WorkLists

AT_MOST = 20
_LONGEST = 200
_IDENTIFIER = re.compile(r"[^\s#\x00-\x1f\x7f]{1,128}")
_NUMBER = re.compile(r"\+?[\d\s()./-]{5,25}")


class FoundBy(StrEnum):
    """What the text turned out to be."""

    EMAIL = "email"
    PHONE = "phone"
    ORDER = "order"
    ID = "id"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Found:
    """A customer, and by what they were found."""

    customer: Customer
    by: FoundBy


@dataclass(frozen=True, slots=True)
class Search:
    """Who was found: what fits exactly first, then by name. `more`: there are more of that name, so write more of it."""

    found: tuple[Found, ...]
    more: bool = False


def find_customers(
    text: str,
    *,
    customers: CustomerRepository,
    work: WorkLists,
    shop_phone: str = "",
    at_most: int = AT_MOST,
) -> Search:
    """Everybody the text may mean, each once. An e-mail address is nothing else; all other texts are tried as they may be.

    Telephone numbers may be typed without the country's code: then it is that of `shop_phone`.
    """
    wanted = " ".join(text[:_LONGEST].split())
    if "@" in wanted:
        by_email = customers.find_by_address(MessageChannel.EMAIL, wanted)
        exact = {} if by_email is None else {by_email: FoundBy.EMAIL}
        return Search(_known(exact, customers))
    found: dict[CustomerId, FoundBy] = {}
    for customer_id, by in _exactly(wanted, customers, work, shop_phone):
        found.setdefault(customer_id, by)
    namesakes = customers.find_by_name(wanted, limit=at_most + 1)
    for customer_id in namesakes[:at_most]:
        found.setdefault(customer_id, FoundBy.NAME)
    return Search(_known(found, customers), more=len(namesakes) > at_most)


def _exactly(
    wanted: str, customers: CustomerRepository, work: WorkLists, shop_phone: str
) -> Iterator[tuple[CustomerId, FoundBy]]:
    if _IDENTIFIER.fullmatch(wanted):
        yield CustomerId(wanted), FoundBy.ID  # whether there is such a one is seen when they are read
        for order in work.page(orders_of_id(OrderId(wanted))).facts:
            yield order.customer_id, FoundBy.ORDER
    if _NUMBER.fullmatch(wanted):
        numbers = _as_dialled(wanted, shop_phone)
        by_phone = customers.find_by_addresses(MessageChannel.SMS, numbers)
        for number in numbers:
            if number in by_phone:
                yield by_phone[number], FoundBy.PHONE


def _as_dialled(wanted: str, shop_phone: str) -> Sequence[str]:
    """The numbers that may be meant, as E.164."""
    digits = re.sub(r"\D", "", wanted)
    if wanted.startswith("+"):
        return [f"+{digits}"]
    country = re.match(r"\+\d{1,3}\b", shop_phone)
    national = [f"{country[0]}{digits.lstrip('0')}"] if country else []
    return list(dict.fromkeys([*national, f"+{digits.removeprefix('00')}"]))


def _known(found: dict[CustomerId, FoundBy], customers: CustomerRepository) -> tuple[Found, ...]:
    loaded = customers.load(found) if found else {}
    return tuple(Found(loaded[one], by) for one, by in found.items() if loaded[one].version)
