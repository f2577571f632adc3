"""Customers with their orders and refunds, told in days before the instant they are measured at."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from escalera.domain.customer import ConsentState, Customer
from escalera.domain.exchange import Exchange
from escalera.domain.facts import Order, Refund
from escalera.domain.history import CustomerHistory
from escalera.domain.measures import Frame, MeasureRules, Measures, MeasuresSummary, measures
from escalera.domain.money import Money
from escalera.domain.purchases import Purchase, record_purchase, record_refund
from escalera.domain.rhythm import Prior
from escalera.domain.standing import StandingRules, notice_silence, settle
from escalera.domain.vocabulary import (
    AbcClass,
    CustomerId,
    MessageChannel,
    OrderId,
    Purpose,
    RefundId,
    SalesChannel,
)

AS_OF = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
STANDING = StandingRules(Prior(40 * DAY, 3, 0.2, 14 * DAY), frequent_from_orders=3)
FRAME = Frame(AS_OF, "EUR", "Europe/Madrid")
RULES = MeasureRules(FRAME, STANDING, Exchange("EUR", {"GBP": Decimal("1.15")}))


def a_life(
    who: str = "ana",
    *orders: tuple[float, int] | tuple[float, int, str],
    refunds: Mapping[int, tuple[float, int]] | None = None,
    member: bool = False,
    **profile: Any,
) -> CustomerHistory:
    """One who bought: (days ago, minor units, currency or EUR) each; refunds by number of the order, from 0.

    Recorded by the domain itself, in the order told; a refund of an order never told has a number there is none of.
    """
    customer = replace(Customer(CustomerId(who)), **profile)
    if member:
        said = {(Purpose.PROMOTION, MessageChannel.EMAIL): ConsentState(given=True, at=AS_OF - 1000 * DAY)}
        customer = replace(customer, consents=said)
    kept: dict[str, Order] = {}
    for number, (days, amount, *currency) in enumerate(orders):
        total = Money(amount, str(*currency) or "EUR")
        purchase = Purchase(OrderId(f"{who}-{number}"), total, AS_OF - days * DAY, SalesChannel.WEB)
        customer, order = record_purchase(customer, purchase)
        kept[order.order_id] = order
    given_back: list[Refund] = []
    for number, (days, amount) in (refunds or {}).items():
        bought = kept.get(f"{who}-{number}")
        refund = Refund(
            customer.id,
            OrderId(f"{who}-{number}"),
            RefundId(f"r-{number}"),
            Money(amount, bought.total.currency if bought else "EUR"),
            AS_OF - days * DAY,
        )
        customer, after = record_refund(customer, bought, refund)
        if after is not None:
            kept[after.order_id] = after
        given_back.append(refund)
    customer = notice_silence(settle(customer, STANDING, AS_OF), STANDING, AS_OF)
    return CustomerHistory.of(customer, [*kept.values(), *given_back])


def two_years_of_a_shop(days_ago: int = 0) -> Measures:
    """A shop with something in every section of a report: classes, members and others, two years, two silences."""
    rules = replace(RULES, frame=replace(FRAME, as_of=AS_OF - days_ago * DAY))
    lives = (
        a_life(
            "ana", (700, 90_00), (400, 10_00), (20, 20_00), (45, 30_00), member=True, abc_class=AbcClass.A
        ),
        a_life("luis", (500, 40_00), abc_class=AbcClass.B),
        a_life("eva", (35, 5_00), abc_class=AbcClass.C, registered_at=AS_OF - 90 * DAY),
        a_life("pia", (900, 70_00), (60, 80_00), member=True, abc_class=AbcClass.B),
    )
    return measures(
        MeasuresSummary.over(lives, rules), {"retention": 0.8, "frequency": 1.2, "average_order": 25}
    )


measured_on = two_years_of_a_shop
