"""What a criterion is: whom it judges, where it stands among the others, and why it holds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from escalera.domain.classes import net_revenue
from escalera.domain.exchange import Exchange
from escalera.domain.facts import Complaint, Order
from escalera.domain.history import CustomerHistory
from escalera.domain.money import Money
from escalera.domain.vocabulary import AbcClass


@dataclass(frozen=True, slots=True)
class Subject:
    """A customer to be judged, as of an instant."""

    history: CustomerHistory
    exchange: Exchange
    as_of: datetime
    abc_class: AbcClass | None = None

    def net_revenue(self, within: timedelta, *, back: timedelta = timedelta(0)) -> int:
        """Of a window that ends `back` before `as_of`."""
        # The newest window is open: what came while the night was running belongs to it.
        until = self.as_of - back if back else None
        return net_revenue(self.history, self.exchange, after=self.as_of - back - within, until=until)

    def orders(self, within: timedelta) -> list[Order]:
        """Placed in the window that ends at `as_of`."""
        return [order for order in self.history.orders if order.placed_at > self.as_of - within]

    def complaints(self, within: timedelta) -> list[Complaint]:
        """Raised in the window that ends at `as_of`, oldest first."""
        raised = [
            (one.raised_at, one)
            for one in self.history.complaints
            if one.raised_at is not None and one.raised_at > self.as_of - within
        ]
        return [one for _, one in sorted(raised, key=lambda pair: (pair[0], pair[1].complaint_id))]

    def money(self, amount: int) -> str:
        """An amount as it stands in figures."""
        return f"{Money(amount, self.exchange.currency).decimal:,} {self.exchange.currency}"


class Place(NamedTuple):
    """Where a criterion stands among the others: a number's name, the share it takes and from which end."""

    number: str
    share: float
    lowest: bool = False


class Finding(NamedTuple):
    """Why a criterion holds: in words that stay, and in figures that drift."""

    reason: str
    figures: str = ""


class Criterion(Protocol):
    """One condition on a customer."""

    @property
    def place(self) -> Place | None:
        """None: it compares the customer with nobody."""

    def number(self, subject: Subject) -> int | None:
        """The customer's own number in the spread; None: not among those who are compared."""

    def judge(self, subject: Subject, cut: int | None) -> Finding | None:
        """Why the customer fits; None if not. `cut` is the edge of the share; None: nobody is in it."""


class Alone:
    """A criterion that looks at the customer alone."""

    __slots__ = ()

    @property
    def place(self) -> Place | None:
        """Among nobody."""
        return None

    def number(self, subject: Subject) -> int | None:  # noqa: ARG002 - see `Criterion`
        """None to compare."""
        return None


def days(span: timedelta) -> int:
    """In whole days."""
    return round(span / timedelta(days=1))


def share_of(share: float) -> str:
    """A share as it is read."""
    return f"{share * 100:g} %"


def part_of(share: float, amount: int) -> int:
    """So much of an amount, to the nearest unit: a half by 0.5, not by its neighbour in floats."""
    return round(share * amount)
