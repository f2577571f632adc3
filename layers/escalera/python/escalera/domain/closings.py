"""What is said at an address counts for whoever has it, now or later: a STOP, a hard bounce, a spam complaint."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from escalera.domain.consent import with_closed_address, with_unsubscribe
from escalera.domain.customer import Customer
from escalera.domain.once import address_digest
from escalera.domain.vocabulary import MessageChannel, SuppressionReason


class Closing(StrEnum):
    """Why nothing is sent to an address any more."""

    STOP = "stop"
    """Until the customer themselves opens the channel again."""
    HARD_BOUNCE = "hard_bounce"
    SPAM_COMPLAINT = "spam_complaint"


Closings = Mapping[Closing, datetime]
"""What was said at one address, and when last."""


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """An e-mail address or a phone number; two ways to write one are one."""

    channel: MessageChannel
    digest: str

    @classmethod
    def of(cls, channel: MessageChannel, address: str) -> "Address":
        """The address written so."""
        return cls(channel, address_digest(address))


def addresses_of(customer: Customer) -> frozenset[Address]:
    """Where the customer is written to now."""
    written = ((channel, customer.contact.address(channel)) for channel in MessageChannel)
    return frozenset(Address.of(channel, address) for channel, address in written if address)


def with_closings(customer: Customer, address: Address, said: Closings) -> Customer:
    """The customer with what was said at an address, if it is theirs now."""
    if address not in addresses_of(customer):
        return customer
    for closing, at in sorted(said.items()):
        if closing is Closing.STOP:
            customer = with_unsubscribe(customer, address.channel, at)
        else:
            reason = SuppressionReason(closing.value)
            customer = with_closed_address(customer, address.channel, reason, at)
    return customer
