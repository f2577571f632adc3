"""An address at which somebody said that they want no more is closed, for whoever has it and whoever takes it up later."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

from escalera.domain.closings import Address, Closing, Closings, addresses_of, with_closings
from escalera.domain.customer import Customer
from escalera.domain.entries import leave_by
from escalera.domain.errors import StaleCustomerError
from escalera.domain.vocabulary import CustomerId
from escalera.ports.addresses import AddressBook
from escalera.ports.customers import Change, CustomerRepository, SaveOutcome
from escalera.ports.written import Written
from escalera.use_cases.patience import attempts

_AT_ONCE = 100
"""So many holders of one address are read and written together: a number typed for want of a better has thousands."""

T = TypeVar("T")


def close_address(
    address: Address, closing: Closing, at: datetime, *, customers: CustomerRepository, book: AddressBook
) -> bool:
    """Note what was said at an address, and close the channel of everybody who has it; False if nobody was changed.

    StaleCustomerError: bring it again.
    """
    book.close(address, closing, at)
    changed = False
    for some in _some(book.holders(address)):
        changed |= close_channel(
            some, lambda customer: with_closings(customer, address, {closing: at}), customers=customers
        )
    return changed


def keep_closed(
    written: Sequence[Written], said: Mapping[Address, Closings], *, customers: CustomerRepository
) -> None:
    """Close the channels of those who took up an address at which somebody said so before: `said`, read since.

    StaleCustomerError: bring it again.
    """
    for address, customer_id in dict.fromkeys(_taken_up(written) if said else ()):
        if address in said:
            close_channel([customer_id], _closed_by(address, said[address]), customers=customers)


def close_channel(
    ids: Iterable[CustomerId],
    closed: Callable[[Customer], Customer],
    *,
    customers: CustomerRepository,
    pause: Callable[[float], None] = time.sleep,
) -> bool:
    """Write customers as `closed` makes them, and note the journeys that this ends; False if nothing changed.

    StaleCustomerError when somebody else kept writing one of them.
    """
    left, changed = list(ids), False
    for _ in attempts(pause):
        changes = [
            Change(before, leave_by(after, "ChannelSuppressed"))
            for before in customers.load(left).values()
            if (after := closed(before)) != before
        ]
        saved = customers.save(changes) if changes else []
        changed |= any(one.outcome is SaveOutcome.SAVED for one in saved)
        left = [
            change.after.id
            for change, one in zip(changes, saved, strict=True)
            if one.outcome is not SaveOutcome.SAVED
        ]
        if not left:
            return changed
    raise StaleCustomerError(f"customer {left[0]} kept changing while a channel was to be closed")


def _taken_up(written: Iterable[Written]) -> Iterator[tuple[Address, CustomerId]]:
    for one in written:
        if isinstance(one.after, Customer):
            before = addresses_of(one.before) if isinstance(one.before, Customer) else frozenset()
            for address in addresses_of(one.after) - before:
                yield address, one.after.id


def _closed_by(address: Address, said: Closings) -> Callable[[Customer], Customer]:
    return lambda customer: with_closings(customer, address, said)


def _some(many: Iterable[T]) -> Iterator[list[T]]:
    left = iter(many)
    while some := list(islice(left, _AT_ONCE)):
        yield some
