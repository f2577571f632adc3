"""What was told on the wire, in the domain's own types."""

from datetime import datetime

from escalera.contracts.customers import ContactDetails
from escalera.contracts.envelope import Amount
from escalera.domain.customer import Contact
from escalera.domain.money import Money
from escalera.domain.vocabulary import Language


def money_of(told: Amount) -> Money:
    """The domain's money."""
    return Money(told.amount, told.currency)


def contact_of(told: ContactDetails, at: datetime) -> Contact:
    """The domain's contact, as known at that time."""
    return Contact(
        given_name=told.given_name,
        family_name=told.family_name,
        email=told.email,
        phone=told.phone,
        language=Language(told.language) if told.language else None,
        time_zone=told.time_zone,
        as_of=at,
    )
