"""What the programme says that a night goes by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from escalera.domain.history import CustomerHistory
from escalera.domain.measures import Frame, MeasureRules
from escalera.domain.money import Money
from escalera.domain.scoring import ScoringRules
from escalera.domain.standing import StandingRules
from escalera.domain.value.buying import Buying, buying

VALUE_HORIZON_DAYS = 365
"""What a customer is worth means: within so many days from now."""
DISCOUNT_RATE = 0.1
"""A year: money a year from now is worth less than money today by this."""


@dataclass(frozen=True, slots=True)
class NightRules:
    """Money, classes, groups, ladder, the shop's clock, and what it aims at."""

    scoring: ScoringRules
    standing: StandingRules
    zone: str
    """IANA name of the shop's own."""
    targets: Mapping[str, float] = field(default_factory=dict)

    def measure_rules(self, as_of: datetime) -> MeasureRules:
        """How the night's measures are counted."""
        exchange = self.scoring.exchange
        frame = Frame(as_of=as_of, currency=exchange.currency, zone=self.zone)
        return MeasureRules(frame, self.standing, exchange)

    def buying_of(self, history: CustomerHistory, as_of: datetime) -> Buying | None:
        """A customer's purchases as the value model looks at them, by the shop's days, in minor units of its currency.

        Orders given back in full are none. What was given back in part is taken off its order. An order in a currency
        without a rate is a purchase of nothing: that they bought is known, what it brought is not.
        """
        zone, convert = ZoneInfo(self.zone), self.scoring.exchange.convert
        purchases = (
            (
                order.placed_at.astimezone(zone).date(),
                float(convert(Money(order.total.amount - order.refunded, order.total.currency)) or 0),
            )
            for order in history.orders
            if not order.is_returned
        )
        return buying(purchases, as_of.astimezone(zone).date())
