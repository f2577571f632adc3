"""Every event there is, by name: the public contract of the bus. For tools and tests; functions import what they need."""

from collections.abc import Mapping

from escalera.contracts.complaints import ComplaintAnsweredV1, ComplaintRaisedV1, ComplaintResolvedV1
from escalera.contracts.customers import ConsentGivenV1, ConsentWithdrawnV1, CustomerRegisteredV1
from escalera.contracts.envelope import OwnEvent, ShopEvent
from escalera.contracts.purchases import DeliveryCompletedV1, PurchaseCompletedV1, PurchaseRefundedV1
from escalera.contracts.told import care, classes, consents, customers, journeys, messages, purchases, rungs

VERSION = 1


def event_name(model: type[ShopEvent | OwnEvent]) -> str:
    """The detail-type on the bus: the model's name without its version."""
    return model.__name__.removesuffix(f"V{VERSION}")


SHOP_EVENTS: Mapping[str, type[ShopEvent]] = {
    event_name(model): model
    for model in (
        CustomerRegisteredV1,
        PurchaseCompletedV1,
        PurchaseRefundedV1,
        DeliveryCompletedV1,
        ComplaintRaisedV1,
        ComplaintAnsweredV1,
        ComplaintResolvedV1,
        ConsentGivenV1,
        ConsentWithdrawnV1,
    )
}
"""What a shop tells Escalera (source `shop`)."""

ESCALERA_EVENTS: Mapping[str, type[OwnEvent]] = {
    event_name(model): model
    for module in (purchases, rungs, classes, care, consents, customers, messages, journeys)
    for model in vars(module).values()
    if isinstance(model, type) and issubclass(model, OwnEvent) and model.__name__.endswith(f"V{VERSION}")
}
"""What Escalera tells anybody (source `escalera`)."""

EVENTS: Mapping[str, type[ShopEvent | OwnEvent]] = {**SHOP_EVENTS, **ESCALERA_EVENTS}
