"""What was bought, given back and delivered."""

from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, model_validator

from escalera.contracts.customers import ContactDetails
from escalera.contracts.envelope import LARGEST_QUANTITY, Amount, Identifier, ShopEvent, Wire, text_of
from escalera.contracts.leniency import MisfitError


class OrderLine(Wire):
    """One line of an order; what is absent is not known."""

    sku: Annotated[str, Field(max_length=100), BeforeValidator(text_of)] = ""
    name: Annotated[str, Field(max_length=300)] = ""
    quantity: Annotated[int, Field(ge=1, le=LARGEST_QUANTITY)] | None = None
    unit_price: Amount | None = None
    category: Annotated[
        str, Field(max_length=100, description="What kind of goods, in the shop's own words")
    ] = ""
    unit_cost: Annotated[
        Amount | None, Field(description="What one costs the shop, in the currency of the total")
    ] = None


class PurchaseCompletedV1(ShopEvent):
    """An order was paid, or a sale rung up. The same `order_id` again changes nothing."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "order-5001-paid",
        "version": 1,
        "occurred_at": "2025-11-03T17:12:44Z",
        "channel": "web",
        "customer_id": "c-1001",
        "order_id": "5001",
        "total": {"amount": 4590, "currency": "EUR"},
        "lines": [
            {
                "sku": "LAMP-01",
                "name": "Walnut desk lamp",
                "quantity": 1,
                "unit_price": {"amount": 5100, "currency": "EUR"},
                "category": "lamps",
                "unit_cost": {"amount": 2200, "currency": "EUR"},
            }
        ],
        "discount": {"amount": 510, "currency": "EUR"},
        "contact": {"given_name": "Ana", "email": "ana@example.com", "language": "es"},
    }

    order_id: Identifier
    total: Amount
    lines: tuple[OrderLine, ...] = ()
    discount: Annotated[
        Amount | None, Field(description="What was taken off the price; `total` is without it already")
    ] = None
    contact: Annotated[
        ContactDetails | None, Field(description="For customers whose registration may come later, or never")
    ] = None

    @model_validator(mode="after")
    def _one_currency(self) -> "PurchaseCompletedV1":
        told: tuple[tuple[tuple[str | int, ...], Amount | None], ...] = (
            (("discount",), self.discount),
            *((("lines", n, "unit_cost"), line.unit_cost) for n, line in enumerate(self.lines)),
        )
        for place, amount in told:
            if amount is not None and amount.currency != self.total.currency:
                message = (
                    f"is in {amount.currency} and the total in {self.total.currency}: "
                    "tell both in the currency the customer paid"
                )
                raise MisfitError(message, place)
        return self


class PurchaseRefundedV1(ShopEvent):
    """Money was given back for an order, all or part of it; it may come before its purchase does."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "refund-77",
        "version": 1,
        "occurred_at": "2025-11-10T10:00:00Z",
        "channel": "web",
        "customer_id": "c-1001",
        "order_id": "5001",
        "refund_id": "77",
        "amount": {"amount": 4590, "currency": "EUR"},
        "reason": "arrived broken",
    }

    order_id: Identifier
    refund_id: Identifier
    amount: Amount
    reason: Annotated[str, Field(max_length=500)] = ""


class DeliveryCompletedV1(ShopEvent):
    """An order arrived."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "delivery-5001",
        "version": 1,
        "occurred_at": "2025-11-06T13:20:00Z",
        "channel": "web",
        "customer_id": "c-1001",
        "order_id": "5001",
    }

    order_id: Identifier
