"""Money is an integer count of minor units and an ISO 4217 code; never a float."""

from dataclasses import dataclass
from decimal import Decimal

from escalera.domain.errors import CurrencyMismatchError

# ISO 4217 currencies whose minor unit is not a hundredth.
_MINOR_DIGITS = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """`amount` minor units of `currency` (1999, "EUR" is 19.99 euros)."""

    amount: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in whole units, exact."""
        return Decimal(self.amount).scaleb(-minor_digits(self.currency))

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            message = f"cannot add {other.currency} to {self.currency}: keep a sum per currency"
            raise CurrencyMismatchError(message)


def minor_digits(currency: str) -> int:
    """How many digits the minor unit of this ISO 4217 currency has."""
    return _MINOR_DIGITS.get(currency, 2)
