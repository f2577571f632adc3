"""The customer changes their e-mail address or telephone number: asks for it, confirms it from there, takes it back."""

from collections.abc import Mapping
from datetime import datetime

from escalera.domain.address_changes import (
    may_change,
    wants_another,
    with_address_taken_back,
    with_confirmed_address,
    with_pending_address,
)
from escalera.domain.closings import Address
from escalera.domain.customer import Customer
from escalera.domain.errors import PermanentError, TooOftenError
from escalera.domain.limits import PER_ADDRESS, Action
from escalera.domain.standing import StandingRules
from escalera.domain.vocabulary import CustomerId, MessageChannel
from escalera.ports.addresses import AddressBook
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.ports.limits import RateLimits
from escalera.use_cases.portal.choose import settled
from escalera.use_cases.portal.saying import say
from escalera.use_cases.recording import Draft


class NothingToChangeError(PermanentError):
    """The link was good, and there is nothing (any more) that it could change."""


def addresses_to_ask(
    customer: Customer,
    wanted: Mapping[MessageChannel, str | None],
    *,
    book: AddressBook,
    limits: RateLimits,
    now: datetime,
) -> dict[MessageChannel, str]:
    """Which of the wanted addresses are to be asked whether they are the customer's.

    None at which somebody once said that nothing may be sent there; whoever asks is not told so, for it would tell them
    something of another. TooOftenError: the address was asked too often of late, by whomever, or was changed too often.
    """
    found = {
        channel: address
        for channel, address in wanted.items()
        if address and wants_another(customer, channel, address, now)
    }
    for channel, address in found.items():
        place = Address.of(channel, address)
        limit = PER_ADDRESS[Action.CONFIRM_ADDRESS]
        if not may_change(customer, channel, now):
            raise TooOftenError(f"customer {customer.id} changed their {channel.value} too often of late")
        if not limits.take(Action.CONFIRM_ADDRESS, f"{channel.value} {place.digest}", limit, now):
            raise TooOftenError(f"an address for {channel.value} was asked to confirm too often of late")
    return {
        channel: address for channel, address in found.items() if not book.said(Address.of(channel, address))
    }


def ask_for_addresses(draft: Draft, addresses: Mapping[MessageChannel, str], at: datetime) -> None:
    """Note what the customer asked for; a journey asks there whether it is theirs."""
    for channel, address in addresses.items():
        draft.customer = with_pending_address(draft.customer, channel, address, at)


def confirm_address(
    customer_id: CustomerId,
    channel: MessageChannel,
    mark: bytes,
    *,
    customers: CustomerRepository,
    rules: StandingRules,
    clock: Clock,
) -> None:
    """Make the pending address with this mark the customer's.

    Errors: those of `say`; `NothingToChangeError` if it does not wait (any more).
    """

    def do(draft: Draft, at: datetime) -> None:
        before = draft.customer
        after = with_confirmed_address(before, channel, mark, at)
        if after is None:
            raise NothingToChangeError(f"no {channel.value} of customer {customer_id} waits to be confirmed")
        draft.customer = settled(before, after, rules, at)

    say(customer_id, do, customers=customers, clock=clock)


def take_back_address(
    customer_id: CustomerId,
    channel: MessageChannel,
    mark: bytes,
    *,
    customers: CustomerRepository,
    rules: StandingRules,
    clock: Clock,
) -> None:
    """Give the customer the former address with this mark again.

    Errors: those of `say`; `NothingToChangeError` if there is no way back to it (any more).
    """

    def do(draft: Draft, at: datetime) -> None:
        before = draft.customer
        after = with_address_taken_back(before, channel, mark, at)
        if after is None:
            raise NothingToChangeError(
                f"no former {channel.value} of customer {customer_id} can be taken back"
            )
        draft.customer = settled(before, after, rules, at)

    say(customer_id, do, customers=customers, clock=clock)
