"""A provider's word about a message settles its row of the ledger, and may close a channel."""

from collections.abc import Mapping
from typing import NamedTuple

from escalera.contracts.feedback import Feedback, FeedbackKind
from escalera.domain.address_changes import is_of_another_time
from escalera.domain.closings import Address, Closing
from escalera.domain.consent import with_suppression
from escalera.domain.customer import Customer
from escalera.domain.facts import FactKey, FactKind, Message, MessageStatus
from escalera.domain.once import address_digest
from escalera.domain.vocabulary import CustomerId, MessageChannel, SuppressionReason
from escalera.ports.addresses import AddressBook
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository, MessageLedger
from escalera.use_cases.close_addresses import close_address, close_channel

_IN_DOUBT = frozenset({MessageStatus.SENDING, MessageStatus.UNCONFIRMED})
_TAKEN = _IN_DOUBT | {MessageStatus.SENT}


class _Move(NamedTuple):
    to: MessageStatus
    only_from: frozenset[MessageStatus]


# The later a status stands here, the more it says: none gives way to one before it, in whatever order they come.
_MOVES: Mapping[FeedbackKind, _Move] = {
    FeedbackKind.SENT: _Move(MessageStatus.SENT, _IN_DOUBT),
    FeedbackKind.REJECTED: _Move(MessageStatus.REFUSED, _TAKEN),
    FeedbackKind.DELIVERED: _Move(MessageStatus.DELIVERED, _TAKEN),
    # A mailbox may take a message and return it later.
    FeedbackKind.BOUNCED_TRANSIENT: _Move(MessageStatus.BOUNCED, _TAKEN | {MessageStatus.DELIVERED}),
    FeedbackKind.BOUNCED_PERMANENT: _Move(MessageStatus.BOUNCED, _TAKEN | {MessageStatus.DELIVERED}),
    FeedbackKind.COMPLAINED: _Move(
        MessageStatus.COMPLAINED, _TAKEN | {MessageStatus.DELIVERED, MessageStatus.BOUNCED}
    ),
}
_CLOSES: Mapping[FeedbackKind, SuppressionReason] = {
    FeedbackKind.BOUNCED_PERMANENT: SuppressionReason.HARD_BOUNCE,
    FeedbackKind.COMPLAINED: SuppressionReason.SPAM_COMPLAINT,
}
_SAYS_WHY = frozenset({MessageStatus.BOUNCED, MessageStatus.COMPLAINED, MessageStatus.REFUSED})


def settle_feedback(
    feedback: Feedback,
    *,
    customers: CustomerRepository,
    book: AddressBook,
    ledger: MessageLedger,
    clock: Clock,
) -> bool:
    """Move the message's row, and close the channel after a hard bounce or a spam complaint; False if nothing is ours.

    Feedback may come twice and in any order. The channel is closed even where no row is found: the address stays bad,
    for everybody who has it.
    StaleCustomerError: bring it again.
    """
    move = _MOVES.get(feedback.kind)
    customer_id = _customer_of(feedback, customers)
    if move is None or customer_id is None:
        return False
    at = min(feedback.at, clock.now())  # a provider's clock may be ahead of ours
    key = _message_of(feedback, customer_id, customers)
    moved = key is not None and ledger.move(
        key,
        move.to,
        only_from=move.only_from,
        at=at,
        provider_id=feedback.provider_id,
        reason=feedback.detail if move.to in _SAYS_WHY else "",
    )
    reason = _CLOSES.get(feedback.kind)
    if reason is None:
        return moved

    channel = _channel(feedback)

    def closed(customer: Customer) -> Customer:
        current = customer.contact.address(channel)
        told = feedback.phone or feedback.email or current
        # Of an address that is not the customer's (yet, or any more) nothing is learnt about the one that is.
        if told is not None and is_of_another_time(customer, channel, told):
            return customer
        # A former address that bounces says nothing about the present one.
        if feedback.kind is FeedbackKind.BOUNCED_PERMANENT and not _is_same(told, current):
            return customer
        return with_suppression(customer, channel, reason, at, address=told)

    changed = close_channel([customer_id], closed, customers=customers)
    if told := feedback.phone or feedback.email:
        closing = Closing(reason.value)
        address = Address.of(channel, told)
        changed |= close_address(address, closing, at, customers=customers, book=book)
    return changed or moved


def _is_same(told: str | None, current: str | None) -> bool:
    return current is None or told is None or address_digest(told) == address_digest(current)


def _channel(feedback: Feedback) -> MessageChannel:
    return MessageChannel.SMS if feedback.phone else MessageChannel.EMAIL


def _customer_of(feedback: Feedback, customers: CustomerRepository) -> CustomerId | None:
    if feedback.customer_id:
        return CustomerId(feedback.customer_id)
    address = feedback.phone or feedback.email
    return customers.find_by_address(_channel(feedback), address) if address else None


def _message_of(feedback: Feedback, customer_id: CustomerId, customers: CustomerRepository) -> FactKey | None:
    """The message it is about: by its key, else by the provider's id, else the only one it can be."""
    if feedback.message_key:
        return FactKey(customer_id, FactKind.MESSAGE, (feedback.message_key,))
    messages = [
        fact
        for fact in customers.facts_of(customer_id, FactKind.MESSAGE)
        if isinstance(fact, Message) and fact.channel is _channel(feedback)
    ]
    known = [one for one in messages if one.provider_id == feedback.provider_id]
    # Whoever sent it may have died before noting the provider's id. Of several in doubt none is chosen.
    in_doubt = [one for one in messages if one.status in _IN_DOUBT and not one.provider_id]
    found = known or in_doubt
    return found[0].key if len(found) == 1 else None
