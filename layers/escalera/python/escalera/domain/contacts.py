"""How a customer's contact details come together from pieces told at different times, in any order."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

from escalera.domain.customer import Contact, Customer, Person

_DETAILS = tuple(field.name for field in fields(Contact) if field.name not in {"as_of", "earlier"})
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def with_contact(customer: Customer, told: Contact) -> Customer:
    """Take over contact details: each field by itself, the newest word on it counts.

    Of two words of the same instant the one that sorts last: the answer must not depend on which came first.
    """
    known = customer.contact
    values: dict[str, Any] = {}
    learnt: dict[str, datetime] = {}
    for name in _DETAILS:
        said = [(at, str(value), value) for value, at in (_detail(known, name), _detail(told, name)) if value]
        if said:
            learnt[name], _, values[name] = max(said, key=lambda one: one[:2])
    merged = _of(values, learnt)
    return customer if merged == known else replace(customer, contact=merged)


def with_people(customer: Customer, told: tuple[Person, ...], at: datetime) -> Customer:
    """Take over whom to talk to at a company, all of them at once: the newest word counts, of two the longer list."""
    people = tuple(sorted(set(told)))
    known = (customer.people_as_of or _LONG_AGO, len(customer.people), customer.people)
    if (at, len(people), people) <= known:
        return customer
    return replace(customer, people=people, people_as_of=at)


def told_at(contact: Contact, name: str) -> datetime:
    """When this detail was told; long ago, if nobody said when."""
    return contact.earlier.get(name) or contact.as_of or _LONG_AGO


def _detail(contact: Contact, name: str) -> tuple[Any, datetime]:
    return getattr(contact, name), told_at(contact, name)


def _of(values: dict[str, Any], learnt: dict[str, datetime]) -> Contact:
    newest = max(learnt.values(), default=_LONG_AGO)
    earlier = {name: at for name, at in learnt.items() if at != newest}
    return Contact(**values, as_of=None if newest == _LONG_AGO else newest, earlier=earlier)
