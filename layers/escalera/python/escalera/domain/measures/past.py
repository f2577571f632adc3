"""What a customer was at an earlier instant, told from the history: nothing of it was written down at the time.

Two things cannot be told: an order given back later counts as given back then, too; and of consent only the last
word is known. And nobody's way up to advocate or promoter is dated, so no step onto these rungs is claimed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from escalera.domain.customer import Customer
from escalera.domain.history import CustomerHistory
from escalera.domain.rhythm import silence_after
from escalera.domain.standing import StandingRules, rung_of
from escalera.domain.vocabulary import Rung


@dataclass(frozen=True, slots=True)
class Silence:
    """From the instant it became unusual to the purchase that ended it; `until` is None while it lasts."""

    since: datetime
    until: datetime | None

    def holds_at(self, at: datetime) -> bool:
        """Whether the customer was quiet then."""
        return self.since <= at and (self.until is None or at < self.until)


def silences(history: CustomerHistory, rules: StandingRules, as_of: datetime) -> tuple[Silence, ...]:
    """The customer's unusual silences up to `as_of`, oldest first (doctrine S1).

    Those that are over are judged by the gaps known when they began and by the rules of now; the present one is what
    the profile says.
    """
    placed = [order.placed_at for order in history.orders if order.placed_at <= as_of]
    found = [
        Silence(since, following)
        for number, (last, following) in enumerate(pairwise(placed), start=1)
        if (since := _quiet_from(number, placed[0], last, rules)) < following
    ]
    quiet_since = history.customer.quiet_since
    if placed and quiet_since is not None and quiet_since <= as_of:
        found.append(Silence(max(quiet_since, placed[-1]), None))
    return tuple(found)


def _quiet_from(orders: int, first: datetime, last: datetime, rules: StandingRules) -> datetime:
    silence = silence_after(orders, last - first, rules.prior, rules.value_model)
    return last + timedelta(seconds=int(silence.total_seconds()))


def rung_at(
    history: CustomerHistory, at: datetime, quiet: Sequence[Silence], rules: StandingRules
) -> Rung | None:
    """The rung of the ladder the customer stood on; None for one who was not known yet."""
    present = history.customer
    past = _profile_at(history, at, quiet)
    if _undated(history):
        return present.rung
    if not (past.registered_at or past.orders or past.consents or _complained_by(history, at)):
        return None
    return present.rung if present.rung in (Rung.ADVOCATE, Rung.PROMOTER) else rung_of(past, rules)[0]


def _profile_at(history: CustomerHistory, at: datetime, quiet: Sequence[Silence]) -> Customer:
    present = history.customer
    placed = [order for order in history.orders if order.placed_at <= at]
    registered = present.registered_at
    return replace(
        present,
        registered_at=registered if registered is not None and registered <= at else None,
        orders=len(placed),
        orders_returned=sum(order.is_returned for order in placed),
        first_order_at=placed[0].placed_at if placed else None,
        last_order_at=placed[-1].placed_at if placed else None,
        quiet_since=next((silence.since for silence in quiet if silence.holds_at(at)), None),
        consents={key: state for key, state in present.consents.items() if state.at <= at},
    )


def _complained_by(history: CustomerHistory, at: datetime) -> bool:
    return any(one.raised_at is not None and one.raised_at <= at for one in history.complaints)


def _undated(history: CustomerHistory) -> bool:
    """Whether nothing says since when this customer is known."""
    present = history.customer
    dated = present.registered_at is not None or present.first_order_at is not None
    return not (dated or history.orders or present.consents or history.complaints)
