"""Amounts in many currencies, counted in the shop's own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal

from escalera.domain.money import Money, minor_digits


@dataclass(frozen=True, slots=True)
class Exchange:
    """The shop's currency, and what one unit of each other one is worth in it. Nothing counts as if it were equal.

    Rates are the shop's own (programme.yaml), not the day's: figures of two nights stay comparable.
    """

    currency: str
    """ISO 4217."""
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    """By ISO 4217 code: units of the shop's currency for one unit of that one."""

    def convert(self, money: Money) -> int | None:
        """The amount in minor units of the shop's currency, a half to even; None for a currency without a rate."""
        if money.currency == self.currency:
            return money.amount
        rate = self.rates.get(money.currency)
        if rate is None:
            return None
        digits = minor_digits(self.currency)
        return int((money.decimal * rate).scaleb(digits).to_integral_value(ROUND_HALF_EVEN))

    def sum_of(self, amounts: Iterable[Money]) -> int:
        """The sum in minor units of the shop's currency, added up by currency first; what has no rate is left out."""
        by_currency: dict[str, int] = {}
        for money in amounts:
            by_currency[money.currency] = by_currency.get(money.currency, 0) + money.amount
        converted = (self.convert(Money(amount, currency)) for currency, amount in by_currency.items())
        return sum(units for units in converted if units is not None)
