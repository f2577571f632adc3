"""What was told on the wire, in the domain's own types."""

from datetime import datetime

from escalera.contracts.customers import ContactDetails
from escalera.contracts.envelope import Amount
from escalera.contracts.purchases import PurchaseCompletedV1
from escalera.domain.customer import Contact
from escalera.domain.money import Money
from escalera.domain.vocabulary import Language


def money_of(told: Amount) -> Money:
    """The domain's money."""
    return Money(told.amount, told.currency)


def categories_of(told: PurchaseCompletedV1) -> dict[str, int]:
    """Minor units by category of goods; lines of no category, or priced in another currency than the total, are not in it."""
    sums: dict[str, int] = {}
    for line in told.lines:
        price = line.unit_price
        if line.category and line.quantity and price and price.currency == told.total.currency:
            sums[line.category] = sums.get(line.category, 0) + line.quantity * price.amount
    return sums


def cost_of(told: PurchaseCompletedV1) -> int | None:
    """What the goods cost the shop; None unless every line tells it: a part would look like a bargain."""
    known = [line.quantity * line.unit_cost.amount for line in told.lines if line.quantity and line.unit_cost]
    return sum(known) if known and len(known) == len(told.lines) else None


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
