"""Criteria that look at the customer alone."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from escalera.domain.criteria.criterion import Alone, Finding, Subject, days, part_of, share_of
from escalera.domain.facts import PromiseStatus
from escalera.domain.money import Money
from escalera.domain.vocabulary import AbcClass, MessageChannel, Rung


@dataclass(frozen=True, slots=True)
class OneCategory(Alone):
    """At least `share` of what was bought within the window, in at least `orders` orders, is of one category."""

    share: float
    orders: int
    within: timedelta

    def judge(self, subject: Subject, cut: int | None) -> Finding | None:  # noqa: ARG002 - see `Criterion`
        """Only orders of which categories were told can say so."""
        sums: Counter[str] = Counter()
        orders = 0
        for order in subject.orders(self.within):
            orders += bool(order.categories)
            for category, amount in order.categories.items():
                sums[category] += subject.exchange.convert(Money(amount, order.total.currency)) or 0
        total = sum(sums.values())
        if orders < self.orders or total <= 0:
            return None
        most = max(sorted(sums), key=lambda category: sums[category])
        if sums[most] < part_of(self.share, total):
            return None
        return Finding(
            f"buys at least {share_of(self.share)} in one category: {most}",
            f"{subject.money(sums[most])} of {subject.money(total)} in {orders} orders",
        )


@dataclass(frozen=True, slots=True)
class Silent(Alone):
    """Bought last at least `at_least` ago, and at most `at_most`."""

    at_least: timedelta
    at_most: timedelta

    def judge(self, subject: Subject, cut: int | None) -> Finding | None:  # noqa: ARG002 - see `Criterion`
        """By the last order, returned or not."""
        last = subject.history.customer.last_order_at
        if last is None or not self.at_least <= subject.as_of - last <= self.at_most:
            return None
        return Finding(f"has not bought for {days(self.at_least)} days", f"bought last on {last:%Y-%m-%d}")


_PROMISED = {
    PromiseStatus.BROKEN: "the promise was broken",
    PromiseStatus.OPEN: "the promise is still open",
    PromiseStatus.KEPT: "the promise was kept",
}


@dataclass(frozen=True, slots=True)
class Complained(Alone):
    """Complained within the window; the reason says what became of what was promised."""

    within: timedelta

    def judge(self, subject: Subject, cut: int | None) -> Finding | None:  # noqa: ARG002 - see `Criterion`
        """One broken promise outweighs those that were kept."""
        complaints = subject.complaints(self.within)
        if not complaints:
            return None
        about = {one.complaint_id for one in complaints}
        promised = {one.status for one in subject.history.promises if one.about in about}
        words = next((_PROMISED[one] for one in _PROMISED if one in promised), "nothing was promised")
        count = "1 complaint" if len(complaints) == 1 else f"{len(complaints)} complaints"
        return Finding(f"complained; {words}", f"{count}, the last on {complaints[-1].raised_at:%Y-%m-%d}")


@dataclass(frozen=True, slots=True)
class OfClass(Alone):
    """Is of one of these classes."""

    classes: tuple[AbcClass, ...]

    def judge(self, subject: Subject, cut: int | None) -> Finding | None:  # noqa: ARG002 - see `Criterion`
        """By the class of this score."""
        return Finding(f"class {subject.abc_class}") if subject.abc_class in self.classes else None


@dataclass(frozen=True, slots=True)
class OnRung(Alone):
    """Stands on one of these rungs."""

    rungs: tuple[Rung, ...]

    def judge(self, subject: Subject, cut: int | None) -> Finding | None:  # noqa: ARG002 - see `Criterion`
        """By the rung as it is."""
        rung = subject.history.customer.rung
        return Finding(f"rung {rung}") if rung in self.rungs else None


@dataclass(frozen=True, slots=True)
class Reachable(Alone):
    """An address of one of these channels is known."""

    by: tuple[MessageChannel, ...]

    def judge(self, subject: Subject, cut: int | None) -> Finding | None:  # noqa: ARG002 - see `Criterion`
        """Whether they may be written to is another question, asked by the contact policy."""
        contact = subject.history.customer.contact
        known = [channel.value for channel in self.by if contact.address(channel)]
        return Finding("an address is known", f"by {', '.join(known)}") if known else None


@dataclass(frozen=True, slots=True)
class KnownPeople(Alone):
    """A company at which we know at least so many people to talk to."""

    at_least: int

    def judge(self, subject: Subject, cut: int | None) -> Finding | None:  # noqa: ARG002 - see `Criterion`
        """As told last."""
        known = len(subject.history.customer.people)
        if known < self.at_least:
            return None
        return Finding(f"at least {self.at_least} people to talk to are known", f"{known} people")
