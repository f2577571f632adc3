"""How a customer changes their own e-mail address or telephone number: it is confirmed from there, and can be taken back.

An address is *confirmed* when the shop's own event gave it, or when a link that was sent to it was followed. Only a confirmed
address becomes part of `Contact`; one that was asked for on a page is *pending* until then, and nothing is sent to it but the
request to confirm. So nobody can have the shop write to a stranger.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from escalera.domain.contacts import told_at, with_contact
from escalera.domain.customer import Contact, Customer, FormerAddress, PendingAddress
from escalera.domain.links import LIFETIMES, LinkPurpose, address_mark
from escalera.domain.once import address_digest
from escalera.domain.preferences import with_way_out
from escalera.domain.vocabulary import MessageChannel

CONFIRM_WITHIN = LIFETIMES[LinkPurpose.CONFIRM]
TAKE_BACK_WITHIN = LIFETIMES[LinkPurpose.TAKE_BACK]
NOT_AGAIN_BEFORE = timedelta(minutes=10)
"""The same address asked for again within this is the first request: no second mail goes out."""
MOST_CHANGES = 5
"""So many changes in `TAKE_BACK_WITHIN` at most: the first former address must never be pushed out of its way back."""


def wants_another(customer: Customer, channel: MessageChannel, address: str | None, now: datetime) -> bool:
    """Whether this address is another one than the present, and not one that was asked for a moment ago."""
    if not address or _same(address, customer.contact.address(channel)):
        return False
    known = pending_address(customer, channel, now)
    return known is None or not _same(known.address, address) or now - known.asked_at >= NOT_AGAIN_BEFORE


def with_pending_address(customer: Customer, channel: MessageChannel, address: str, at: datetime) -> Customer:
    """The customer with an address that waits to be confirmed; a newer request replaces an older one."""
    if not wants_another(customer, channel, address, at):
        return customer
    current = customer.contact.address(channel)
    asked = PendingAddress(address, at, address_digest(current) if current else "")
    return replace(customer, pending_addresses={**customer.pending_addresses, channel: asked})


def pending_address(customer: Customer, channel: MessageChannel, now: datetime) -> PendingAddress | None:
    """The address that waits to be confirmed; None if none does, if it waited too long, or if the present one changed meanwhile.

    Whoever else gave another address since (the shop) had the newer word.
    """
    found = customer.pending_addresses.get(channel)
    if found is None or not found.asked_at <= now < found.asked_at + CONFIRM_WITHIN:
        return None
    current = customer.contact.address(channel)
    return found if found.instead_of == (address_digest(current) if current else "") else None


def former_addresses(customer: Customer, channel: MessageChannel, now: datetime) -> tuple[FormerAddress, ...]:
    """The addresses that can be taken back, oldest first; none once the shop gave another address than the last confirmed."""
    known = customer.former_addresses.get(channel, ())
    current = customer.contact.address(channel)
    if not known or current is None or known[-1].replaced_by != address_digest(current):
        return ()
    return tuple(one for one in known if now < one.changed_at + TAKE_BACK_WITHIN)


def may_change(customer: Customer, channel: MessageChannel, now: datetime) -> bool:
    """Whether one more change can still be taken back."""
    return len(former_addresses(customer, channel, now)) < MOST_CHANGES


def with_confirmed_address(
    customer: Customer, channel: MessageChannel, mark: bytes, at: datetime
) -> Customer | None:
    """The customer at the address that was confirmed by a link with this mark; None if no such address waits.

    A yes belongs to the address at which it was said: for the new one it has to be said anew. A no stays.
    """
    pending = pending_address(customer, channel, at)
    if (
        pending is None
        or address_mark(channel, pending.address) != mark
        or not may_change(customer, channel, at)
    ):
        return None
    left = {one: asked for one, asked in customer.pending_addresses.items() if one is not channel}
    former = former_addresses(customer, channel, at)
    before = customer.contact.address(channel)
    if before is not None:
        former = (*former, FormerAddress(before, at, address_digest(pending.address)))
    changed = replace(
        customer,
        pending_addresses=left,
        former_addresses=_with_former(customer, channel, former),
    )
    return _moved(changed, channel, pending.address, at)


def with_address_taken_back(
    customer: Customer, channel: MessageChannel, mark: bytes, at: datetime
) -> Customer | None:
    """The customer at the former address with this mark again; None if there is no way back to it (any more).

    Every later change goes with it, and whatever waits to be confirmed.
    """
    former = former_addresses(customer, channel, at)
    found = next((n for n, one in enumerate(former) if address_mark(channel, one.address) == mark), None)
    if found is None:
        return None
    left = {one: asked for one, asked in customer.pending_addresses.items() if one is not channel}
    earlier = former[:found]
    restored = replace(
        customer,
        pending_addresses=left,
        former_addresses=_with_former(customer, channel, earlier),
    )
    return _moved(restored, channel, former[found].address, at)


def has_mark(customer: Customer, mark: bytes) -> bool:
    """Whether a link with this mark was sent to an address that the customer has now."""
    return any(
        address_mark(channel, address) == mark
        for channel in MessageChannel
        if (address := customer.contact.address(channel))
    )


def is_of_another_time(customer: Customer, channel: MessageChannel, address: str) -> bool:
    """Whether this is an address that waits to be confirmed, or that the customer left: what is said there is said there alone."""
    if _same(address, customer.contact.address(channel)):
        return False
    pending = customer.pending_addresses.get(channel)
    former = customer.former_addresses.get(channel, ())
    others = [one.address for one in former] + ([pending.address] if pending else [])
    return any(_same(address, other) for other in others)


def _moved(customer: Customer, channel: MessageChannel, address: str, at: datetime) -> Customer:
    is_mail = channel is MessageChannel.EMAIL
    # Whatever was told last: this is the newer word, even of the same instant.
    known_at = told_at(customer.contact, "email" if is_mail else "phone")
    at = max(at, known_at + timedelta(microseconds=1))
    told = Contact(email=address if is_mail else None, phone=None if is_mail else address, as_of=at)
    there = with_contact(with_way_out(customer, channel, at), told)
    return replace(there, corrected_at=at, data_links_from=at)


def _with_former(
    customer: Customer, channel: MessageChannel, former: tuple[FormerAddress, ...]
) -> dict[MessageChannel, tuple[FormerAddress, ...]]:
    others = {one: kept for one, kept in customer.former_addresses.items() if one is not channel}
    return {**others, channel: former} if former else others


def _same(one: str, other: str | None) -> bool:
    return other is not None and address_digest(one) == address_digest(other)
