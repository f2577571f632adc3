"""What the customer allows: yes and no per purpose and channel, STOP, and channels closed for ever."""

from dataclasses import replace
from datetime import datetime

from escalera.domain.customer import ConsentState, Customer, Suppression
from escalera.domain.once import address_digest
from escalera.domain.vocabulary import MessageChannel, Purpose, SuppressionReason


def with_consent(
    customer: Customer, purpose: Purpose, channel: MessageChannel, *, given: bool, at: datetime
) -> Customer:
    """The later word counts; of a yes and a no at the same instant, the no."""
    known = customer.consents.get((purpose, channel))
    told = ConsentState(given, at)
    if known is not None and (known.at, not known.given) >= (told.at, not told.given):
        return customer
    return replace(customer, consents={**customer.consents, (purpose, channel): told})


def with_unsubscribe(customer: Customer, channel: MessageChannel, at: datetime) -> Customer:
    """STOP: nothing on this channel any more, whatever the purpose; the last one counts."""
    known = max(
        filter(None, (customer.unsubscribed.get(channel), customer.resubscribed.get(channel))), default=at
    )
    if known > at or customer.unsubscribed.get(channel) == at:
        return customer
    return replace(customer, unsubscribed={**customer.unsubscribed, channel: at})


def with_resubscribe(customer: Customer, channel: MessageChannel, at: datetime) -> Customer:
    """The customer opens the channel again themselves; of a STOP of the same instant, the STOP counts."""
    if customer.resubscribed.get(channel, at) > at:
        return customer
    stopped = customer.unsubscribed.get(channel)
    open_again = {one: said for one, said in customer.unsubscribed.items() if one is not channel}
    return replace(
        customer,
        resubscribed={**customer.resubscribed, channel: at},
        unsubscribed=open_again if stopped is not None and stopped < at else customer.unsubscribed,
    )


def with_suppression(
    customer: Customer,
    channel: MessageChannel,
    reason: SuppressionReason,
    at: datetime,
    *,
    address: str | None,
) -> Customer:
    """Close a channel for ever; a bounce only for the address that bounced, a spam complaint for every address."""
    known = customer.suppressed.get(channel)
    complained = known is not None and known.reason is SuppressionReason.SPAM_COMPLAINT
    # Of one who was erased only the digest of their address is left, and that is all that can be closed.
    if known is not None and complained and (known.address is None or customer.erased_at is not None):
        return customer
    bounced = reason is SuppressionReason.HARD_BOUNCE
    # Closed already: a late bounce of a former address must not open the channel for the present one.
    if bounced and is_suppressed(customer, channel):
        return customer
    told = Suppression(reason, at, address_digest(address) if address and bounced else None)
    return replace(customer, suppressed={**customer.suppressed, channel: told})


def with_closed_address(
    customer: Customer, channel: MessageChannel, reason: SuppressionReason, at: datetime
) -> Customer:
    """Close a channel for the address the customer has now: what somebody else said there is no word of theirs."""
    address = customer.contact.address(channel)
    if address is None or is_suppressed(customer, channel):
        return customer
    told = Suppression(reason, at, address_digest(address))
    return replace(customer, suppressed={**customer.suppressed, channel: told})


def is_suppressed(customer: Customer, channel: MessageChannel) -> bool:
    """Whether the channel is closed for the address the customer has now."""
    closed = customer.suppressed.get(channel)
    if closed is None:
        return False
    address = customer.contact.address(channel)
    return closed.address is None or address is None or closed.address == address_digest(address)


def allows(customer: Customer, purpose: Purpose, channel: MessageChannel, *, must_ask: bool) -> bool:
    """Whether consent covers this; where the shop need not ask, silence is a yes and a no is still a no."""
    said = customer.consents.get((purpose, channel))
    return (not must_ask) if said is None else said.given
