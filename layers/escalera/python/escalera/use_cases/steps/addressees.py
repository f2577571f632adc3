"""To whom a journey's messages go, as the contact policy and the texts see them."""

from datetime import datetime

from escalera.domain.address_changes import former_addresses, pending_address
from escalera.domain.customer import Contact, Customer
from escalera.domain.vocabulary import MessageChannel
from escalera.journeys.occasions import Recipient, recipient_of
from escalera.use_cases.steps.visit import Visit


def addressee_of(visit: Visit) -> Customer:
    """The customer; or, where the journey writes to an address that is not theirs now, nobody but that address.

    Such an addressee has no name, no orders and no consent: a text to them cannot tell anything of the customer. They have
    no address either once the request is over, and then nothing is sent.
    """
    match recipient_of(visit.payload.event):
        case Recipient.CUSTOMER:
            return visit.customer
        case Recipient.NEW_ADDRESS:
            channel, asked_at = _of(visit, "requested_at")
            pending = pending_address(visit.customer, channel, visit.now)
            asked = pending is not None and pending.asked_at == asked_at
            return _somebody(visit.customer, channel, pending.address if pending and asked else None)
        case Recipient.FORMER_ADDRESS:
            channel, changed_at = _of(visit, "changed_at")
            former = former_addresses(visit.customer, channel, visit.now)
            found = next((one.address for one in former if one.changed_at == changed_at), None)
            return _somebody(visit.customer, channel, found)


def _of(visit: Visit, at: str) -> tuple[MessageChannel, datetime]:
    cause = visit.payload.cause
    return MessageChannel(cause["for_channel"]), datetime.fromisoformat(str(cause[at]))


def _somebody(customer: Customer, channel: MessageChannel, address: str | None) -> Customer:
    is_mail = channel is MessageChannel.EMAIL
    return Customer(
        id=customer.id,
        version=customer.version,
        erased_at=customer.erased_at,
        contact=Contact(
            email=address if is_mail else None,
            phone=None if is_mail else address,
            language=customer.contact.language,
            time_zone=customer.contact.time_zone,
        ),
        # Closed for an address, it is closed there; a STOP of the customer's was said at the address they have.
        suppressed=customer.suppressed,
    )
