"""What a customer is found by besides the id: addresses, names and silences. It follows the customer, who is the truth."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from escalera.domain.closings import Address, addresses_of
from escalera.domain.contacts import told_at
from escalera.domain.customer import Customer
from escalera.domain.facts import Silence
from escalera.domain.names import looked_for_as
from escalera.domain.silences import silence_told_by
from escalera.domain.vocabulary import CustomerId, MessageChannel

_DETAIL = {MessageChannel.EMAIL: "email", MessageChannel.SMS: "phone"}


@dataclass(frozen=True, slots=True)
class Projection:
    """What has to be brought up to date because a customer changed."""

    customer_id: CustomerId
    version: int
    """Of the customer by whose change it has to be."""
    addresses: tuple[tuple[Address, datetime], ...] = ()
    """Registered for them, and when that was told. One they had before stays: what was sent there is still answered."""
    names: frozenset[str] = frozenset()
    """Folded names that they bear since."""
    former_names: frozenset[str] = frozenset()
    """Those that they bore before."""
    silence: Silence | None = None
    """Began or ended."""


def projection(before: Customer | None, after: Customer) -> Projection | None:
    """What follows from this change of a customer; None for nearly every change, found out by a look at three fields."""
    known = before or Customer(after.id)
    same_person = known.contact == after.contact and known.erased_at == after.erased_at
    if same_person and known.quiet_since == after.quiet_since:
        return None
    borne, bears = (frozenset[str](),) * 2 if same_person else (looked_for_as(known), looked_for_as(after))
    found = Projection(
        after.id,
        after.version,
        () if same_person else tuple(_new_addresses(known, after)),
        bears - borne,
        borne - bears,
        silence_told_by(known, after),
    )
    something = found.addresses or found.names or found.former_names or found.silence
    return found if something else None


def _new_addresses(before: Customer, after: Customer) -> Iterator[tuple[Address, datetime]]:
    for address in sorted(addresses_of(after) - addresses_of(before)):
        yield address, told_at(after.contact, _DETAIL[address.channel])
