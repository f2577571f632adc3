"""Who the customers are, all of it invented: the dataset gives a number and a country, nothing else."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from faker import Faker

from demo.draws import between, chance, number, pick, weighted

DOMAINS = ("example.com", "example.org", "example.net")  # RFC 2606: nobody can own an address there
# Mobile numbers Ofcom keeps for drama, and the 555-01XX lines the North American plan keeps for fiction. No
# such range was found for Spain, Portugal, Mexico, Argentina, Colombia or Brazil: there, one of these two.
UK_DRAMA = "+447700900"
US_FICTION = ("+1202555", "+1213555", "+1305555", "+1415555", "+1512555", "+1702555")


@dataclass(frozen=True, slots=True)
class Home:
    """Where a customer lives, as far as Escalera asks: language, names, clock, and which invented numbers."""

    language: str
    locale: str
    time_zone: str
    in_america: bool = False


HOMES = (
    (Home("es", "es_ES", "Europe/Madrid"), 0.22),
    (Home("es", "es_MX", "America/Mexico_City", in_america=True), 0.12),
    (Home("es", "es_AR", "America/Argentina/Buenos_Aires", in_america=True), 0.06),
    (Home("es", "es_CO", "America/Bogota", in_america=True), 0.05),
    (Home("pt", "pt_PT", "Europe/Lisbon"), 0.13),
    (Home("pt", "pt_BR", "America/Sao_Paulo", in_america=True), 0.17),
    (Home("en", "en_GB", "Europe/London"), 0.17),
    (Home("en", "en_IE", "Europe/Dublin"), 0.04),
    (Home("en", "en_US", "America/New_York", in_america=True), 0.04),
)


@dataclass(frozen=True, slots=True)
class Person:
    """The invented half of a customer; an empty e-mail or phone was not given."""

    given_name: str
    family_name: str
    email: str
    phone: str
    home: Home
    registered_at: datetime
    channel: str


@dataclass(frozen=True, slots=True)
class Consent:
    """One purpose and channel the customer said yes to, and perhaps no to later."""

    customer_id: str
    purpose: str
    for_channel: str
    given_at: datetime
    withdrawn_at: datetime | None


def invent_people(first_orders: dict[str, datetime]) -> dict[str, Person]:
    """A person for each customer id; each registers shortly before the first order, some days before.

    Addresses and numbers are never shared: a number taken is replaced by the next one of its range.
    """
    people: dict[str, Person] = {}
    emails: set[str] = set()
    phones: set[str] = set()
    for customer, first_order in sorted(first_orders.items()):
        home = weighted(HOMES, "home", customer)
        given, family = _names(home, customer)
        has_email = chance(0.94, "has-email", customer)
        has_phone = chance(0.6, "has-phone", customer) or not has_email
        email = _free_email(given, family, customer, emails) if has_email else ""
        phone = _free_phone(home, customer, phones) if has_phone else ""
        emails.add(email)
        phones.add(phone)
        early = timedelta(days=14) if chance(0.15, "signs-up-early", customer) else timedelta(minutes=40)
        registered = between(first_order - early, first_order - timedelta(minutes=9), "registered", customer)
        channel = weighted((("web", 0.88), ("phone", 0.08), ("catalogue", 0.04)), "registered-by", customer)
        people[customer] = Person(given, family, email, phone, home, registered, channel)
    return people


def invent_consents(
    customer: str, person: Person, orders: Iterable[datetime], end: datetime
) -> list[Consent]:
    """List what the customer allows: most hear from the shop, many take offers, some by text, some nothing.

    Consent is given in the minutes after registration. A few withdraw it some days after one of their orders,
    when the mail that follows an order has reached them.
    """
    if chance(0.08, "no-consent", customer):
        return []
    given: list[tuple[str, str]] = []
    if person.email and chance(0.92, "relationship-email", customer):
        given.append(("relationship", "email"))
    if person.email and chance(0.68, "promotion-email", customer):
        given.append(("promotion", "email"))
    if person.phone and chance(0.45 if person.email else 0.9, "relationship-sms", customer):
        given.append(("relationship", "sms"))
    if person.phone and chance(0.25 if person.email else 0.6, "promotion-sms", customer):
        given.append(("promotion", "sms"))
    withdrawn = _withdrawal(customer, orders, end)
    only_offers = chance(0.7, "withdraws-offers-only", customer)
    return [
        Consent(
            customer,
            purpose,
            channel,
            person.registered_at + timedelta(minutes=step),
            None if only_offers and purpose != "promotion" else withdrawn,
        )
        for step, (purpose, channel) in enumerate(given, start=1)
    ]


def _withdrawal(customer: str, orders: Iterable[datetime], end: datetime) -> datetime | None:
    if not chance(0.12, "withdraws", customer):
        return None
    after = pick(list(orders), "withdraws-after", customer)
    moment = between(after + timedelta(days=2), after + timedelta(days=35), "withdrawn", customer)
    return moment if moment < end else None


@cache
def _faker(locale: str) -> Faker:
    return Faker(locale)


def _names(home: Home, customer: str) -> tuple[str, str]:
    faker = _faker(home.locale)
    faker.seed_instance(number("name", customer))
    given, family = faker.first_name(), faker.last_name()
    if home.locale in {"es_ES", "es_MX"}:
        family = f"{family} {faker.last_name()}"  # two family names are the custom there
    return given, family


def _free_email(given: str, family: str, customer: str, taken: set[str]) -> str:
    domain = pick(DOMAINS, "domain", customer)
    local = f"{_ascii(given)}.{_ascii(family.split(maxsplit=1)[0])}"
    candidate, attempt = f"{local}@{domain}", 1
    while candidate in taken:
        attempt += 1
        candidate = f"{local}{attempt}@{domain}"
    return candidate


def _free_phone(home: Home, customer: str, taken: set[str]) -> str:
    start = number("phone", customer)
    while True:
        if home.in_america:
            candidate = f"{US_FICTION[start % len(US_FICTION)]}01{start // len(US_FICTION) % 100:02}"
        else:
            candidate = f"{UK_DRAMA}{start % 1000:03}"
        if candidate not in taken:
            return candidate
        start += 1


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(letter for letter in plain.lower() if letter.isalnum())
