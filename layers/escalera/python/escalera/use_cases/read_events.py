"""A shop's event as it is read: who it is about, and what of it could not be taken."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from escalera.contracts.customers import EMAIL, PHONE
from escalera.contracts.envelope import ShopEvent, stands_for_nobody
from escalera.contracts.error_messages import FieldProblem
from escalera.contracts.leniency import read_leniently
from escalera.domain.once import guest_id

E = TypeVar("E", bound=ShopEvent)


def read_shop_event(model: type[E], detail: Any) -> tuple[E, tuple[FieldProblem, ...]]:
    """The event, and what was left out of it and why. pydantic's ValidationError where what is required is damaged."""
    return read_leniently(model, _with_customer(detail))


def _with_customer(detail: Any) -> Any:
    """A guest gets an id made of their e-mail, or else of their phone: the one that an import makes of it, too."""
    if not isinstance(detail, Mapping) or not stands_for_nobody(detail.get("customer_id")):
        return detail
    contact = detail.get("contact", detail)
    if isinstance(contact, Mapping):
        for name, form in (("email", EMAIL), ("phone", PHONE)):
            address = contact.get(name)
            if isinstance(address, str) and re.match(form, address.strip()):
                return {**detail, "customer_id": guest_id(address)}
    return detail
