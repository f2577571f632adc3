"""The customer says what they wish to hear, or that they wish to hear no more (doctrine P6b, S7)."""

from datetime import datetime

from escalera.domain.customer import Customer
from escalera.domain.entries import leave_by
from escalera.domain.preferences import Preferences, with_preferences, with_way_out
from escalera.domain.standing import StandingRules, settle
from escalera.domain.vocabulary import CustomerId, MessageChannel
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.use_cases.portal.saying import ErasedAlreadyError, NobodyThereError, say
from escalera.use_cases.recording import Draft


def choose(
    customer_id: CustomerId,
    told: Preferences,
    *,
    customers: CustomerRepository,
    rules: StandingRules,
    clock: Clock,
) -> None:
    """Keep what the customer said on the page; what they no longer allow ends the journeys that live by it.

    Errors: those of `say`.
    """

    def do(draft: Draft, at: datetime) -> None:
        before = draft.customer
        draft.customer = settled(before, with_preferences(before, told, at), rules, at)

    say(customer_id, do, customers=customers, clock=clock)


def take_way_out(
    customer_id: CustomerId,
    channel: MessageChannel,
    *,
    customers: CustomerRepository,
    rules: StandingRules,
    clock: Clock,
) -> None:
    """One click: no more thanks, questions and offers on this channel. Done twice it is done once.

    Who is not known here, or was erased, hears nothing already: that is no error to whoever clicked.
    """

    def do(draft: Draft, at: datetime) -> None:
        before = draft.customer
        draft.customer = settled(before, with_way_out(before, channel, at), rules, at)

    try:
        say(customer_id, do, customers=customers, clock=clock)
    except (NobodyThereError, ErasedAlreadyError):
        return


def settled(before: Customer, after: Customer, rules: StandingRules, now: datetime) -> Customer:
    """The customer after what they said; what they no longer allow ends the journeys that live by it."""
    if after == before:
        return before
    after = settle(after, rules, now)
    lost = {
        pair
        for pair, state in after.consents.items()
        if not state.given and pair in before.consents and before.consents[pair].given
    }
    return leave_by(after, "ConsentLost") if lost else after
