"""What a shop's books say happened before Escalera came, one customer's thing at a time, and how it is folded in.

A past is no news: it starts nothing, and it may only narrow what the shop is allowed to do. A yes counts where nothing
was ever said; a no, an unsubscription and a closed channel always count; a channel that is closed is never opened, not
even by telling another address.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from escalera.domain.consent import is_suppressed, with_consent, with_suppression, with_unsubscribe
from escalera.domain.contacts import with_contact
from escalera.domain.customer import Contact, Customer
from escalera.domain.facts import Refund
from escalera.domain.once import address_digest
from escalera.domain.purchases import Purchase
from escalera.domain.standing import StandingRules, notice_silence, settle
from escalera.domain.vocabulary import CustomerId, MessageChannel, OrderId, Purpose, SuppressionReason


@dataclass(frozen=True, slots=True)
class PastRegistration:
    """The customer had an account, or (`account` false) only left details with an order."""

    customer_id: CustomerId
    occurred_at: datetime
    contact: Contact
    account: bool = True


@dataclass(frozen=True, slots=True)
class PastPurchase:
    """The customer bought. `also`: other ids of the same person, under which the order may be known already."""

    customer_id: CustomerId
    purchase: Purchase
    also: tuple[CustomerId, ...] = ()

    @property
    def occurred_at(self) -> datetime:
        """When."""
        return self.purchase.placed_at

    @property
    def order_id(self) -> OrderId:
        """Which order."""
        return self.purchase.order_id


@dataclass(frozen=True, slots=True)
class PastRefund:
    """Money was given back."""

    customer_id: CustomerId
    refund: Refund
    also: tuple[CustomerId, ...] = ()

    @property
    def occurred_at(self) -> datetime:
        """When."""
        return self.refund.refunded_at

    @property
    def order_id(self) -> OrderId:
        """Of which order."""
        return self.refund.order_id


@dataclass(frozen=True, slots=True)
class PastDelivery:
    """An order arrived."""

    customer_id: CustomerId
    order_id: OrderId
    occurred_at: datetime
    also: tuple[CustomerId, ...] = ()


@dataclass(frozen=True, slots=True)
class PastConsent:
    """The customer said yes, or no, for one purpose on one channel."""

    customer_id: CustomerId
    occurred_at: datetime
    purpose: Purpose
    channel: MessageChannel
    given: bool


@dataclass(frozen=True, slots=True)
class PastClosure:
    """A channel was closed: unsubscribed (no `reason`), or bounced or reported as spam."""

    customer_id: CustomerId
    occurred_at: datetime
    channel: MessageChannel
    reason: SuppressionReason | None = None
    address: str | None = None


Happening = PastRegistration | PastPurchase | PastRefund | PastDelivery | PastConsent | PastClosure


def moment_of(customer: Customer, happened_at: datetime, now: datetime) -> datetime:
    """The moment at which to judge rhythm and rung: the thing's own while a past is told in its order, else today."""
    last = customer.last_order_at
    return happened_at if last is None or happened_at >= last else now


def with_registration(customer: Customer, told: PastRegistration) -> Customer:
    """Details as the books had them; the address of a closed channel stays as it is."""
    contact = told.contact
    if is_suppressed(customer, MessageChannel.EMAIL):
        contact = replace(contact, email=None)
    if is_suppressed(customer, MessageChannel.SMS):
        contact = replace(contact, phone=None)
    customer = with_contact(customer, contact)
    if not told.account:
        return customer
    first = min(customer.registered_at or told.occurred_at, told.occurred_at)
    return customer if customer.registered_at == first else replace(customer, registered_at=first)


def with_past_consent(customer: Customer, told: PastConsent) -> Customer:
    """A no narrows; a yes counts only where nothing was ever said."""
    pair = (told.purpose, told.channel)
    known = customer.consents.get(pair)
    if known is not None and (told.given or not known.given):
        return customer
    return with_consent(customer, *pair, given=told.given, at=told.occurred_at)


def with_closure(customer: Customer, told: PastClosure) -> Customer:
    """Close a channel; a bounce of an address that the customer has no more says nothing."""
    if told.reason is None:
        return with_unsubscribe(customer, told.channel, told.occurred_at)
    current = customer.contact.address(told.channel)
    bounced = told.reason is SuppressionReason.HARD_BOUNCE
    if bounced and current and told.address and address_digest(told.address) != address_digest(current):
        return customer
    return with_suppression(
        customer, told.channel, told.reason, told.occurred_at, address=told.address or current
    )


def come_to_rest(before: Customer, customer: Customer, rules: StandingRules, now: datetime) -> Customer:
    """The customer after their past: one whose silence is unusual by now is quiet, and nobody is told.

    But a silence that was already due to be noticed, and that no order of the past ends, is left to be noticed (and
    told) as it would have been without an import.
    """
    awaited = (
        before.quiet_since is None
        and before.quiet_due_at is not None
        and before.quiet_due_at <= now
        and before.last_order_at == customer.last_order_at
    )
    if awaited:
        return settle(replace(customer, quiet_since=None), rules, now)
    return notice_silence(settle(customer, rules, now), rules, now)
