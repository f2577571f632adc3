"""By what a customer can belong to a group (doctrine P4a-P4f, P5e): a few kinds of criteria, each with its numbers.

The programme's groups are made of these. A criterion that compares a customer with the others (`place`) says which
number of each customer is spread over the base and which end of the spread it takes; the nightly score turns that into a
cut point. All others look at the customer alone. Money is in minor units of the shop's currency.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from escalera.domain.classes import net_revenue
from escalera.domain.exchange import Exchange
from escalera.domain.facts import Complaint, Order, PromiseStatus
from escalera.domain.history import CustomerHistory
from escalera.domain.money import Money
from escalera.domain.vocabulary import AbcClass, MessageChannel, Rung


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


class _Alone:
    """A criterion that looks at the customer alone."""

    __slots__ = ()

    @property
    def place(self) -> Place | None:
        return None

    def number(self, subject: Subject) -> int | None:  # noqa: ARG002 - see `Criterion`
        return None


@dataclass(frozen=True, slots=True)
class TopRevenue:
    """Among those who bring most: at most `share` of the customers with revenue within the window."""

    share: float
    within: timedelta

    @property
    def place(self) -> Place:
        """By revenue, from the top."""
        return Place(f"revenue {_days(self.within)}d", self.share)

    def number(self, subject: Subject) -> int | None:
        """Revenue, if there is any."""
        revenue = subject.net_revenue(self.within)
        return revenue if revenue > 0 else None

    def judge(self, subject: Subject, cut: int | None) -> Finding | None:
        """At the edge or above."""
        revenue = self.number(subject)
        if cut is None or revenue is None or revenue < cut:
            return None
        return Finding(
            f"among the {_share(self.share)} who bring most in {_days(self.within)} days",
            f"{subject.money(revenue)}; they begin at {subject.money(cut)}",
        )


@dataclass(frozen=True, slots=True)
class LowestMargin:
    """Among those who cost money: at most `share` of the customers who bought within the window, by what they left.

    Left of an order is what was paid and not given back, less the cost of the goods kept: the unit costs told, else
    `goods` of the price before discount. Each refund costs `per_refund` and each complaint `per_complaint` besides.
    Compared is what is left of each 100 of the price, so that whoever buys little is not taken for a loss.
    """

    share: float
    within: timedelta
    goods: float
    per_refund: int = 0
    per_complaint: int = 0

    @property
    def place(self) -> Place:
        """By margin, from the bottom."""
        costs = f"{self.goods} {self.per_refund} {self.per_complaint}"
        return Place(f"margin {_days(self.within)}d {costs}", self.share, lowest=True)

    def number(self, subject: Subject) -> int | None:
        """What is left of each 10,000 of the price, of one who bought something that has a price."""
        parts = self._parts(subject)
        return _rate(parts) if parts else None

    def judge(self, subject: Subject, cut: int | None) -> Finding | None:
        """At the edge or below."""
        parts = self._parts(subject)
        if cut is None or not parts or _rate(parts) > cut:
            return None
        # Goods cost something with every customer: what costs more than with others is told first.
        worst = min(("discounts", "returns", "service"), key=lambda part: parts[part])
        worst = worst if parts[worst] else "goods"
        figures = ", ".join(f"{part} {subject.money(amount)}" for part, amount in parts.items() if amount)
        return Finding(
            f"among the {_share(self.share)} who leave least of what they buy in {_days(self.within)} days, "
            f"most of all by {worst}",
            f"leaves {subject.money(sum(parts.values()))}: {figures}",
        )

    def _parts(self, subject: Subject) -> dict[str, int]:
        """The price of what was bought, and what went off it, by cause; empty where nothing was bought that has one."""
        since, convert = subject.as_of - self.within, subject.exchange.convert
        refunds: dict[str, list[int]] = {}
        for refund in subject.history.refunds:
            refunds.setdefault(refund.order_id, []).append(convert(refund.amount) or 0)
        paid = goods = back = given = discount = 0
        for order in subject.orders(self.within):
            total = convert(order.total)
            if total is None:
                continue
            returned = refunds.get(order.order_id, [])
            kept = max(total - sum(returned), 0) / total if total else 1.0
            less = convert(Money(order.discount, order.total.currency)) or 0
            told = None if order.cost is None else convert(Money(order.cost, order.total.currency))
            paid += total
            back += sum(returned)
            given += len(returned)
            discount += less
            goods += round((self.goods * (total + less) if told is None else told) * kept)
        if paid + discount <= 0:
            return {}
        # A discount is gone from what was paid already: it is named, so that it can be seen as the cause.
        raised = sum(
            one.raised_at is not None and one.raised_at > since for one in subject.history.complaints
        )
        return {
            "price": paid + discount,
            "discounts": -discount,
            "returns": -back - given * self.per_refund,
            "service": -raised * self.per_complaint,
            "goods": -goods,
        }


@dataclass(frozen=True, slots=True)
class RevenueFell:
    """Was among the `of_the_top` in the window before this one, and brought less by at least `by` since."""

    by: float
    within: timedelta
    of_the_top: float

    @property
    def place(self) -> Place:
        """By the revenue of the window before, from the top."""
        return Place(f"revenue {_days(self.within)}d before", self.of_the_top)

    def number(self, subject: Subject) -> int | None:
        """Revenue of the window before, if there was any."""
        before = subject.net_revenue(self.within, back=self.within)
        return before if before > 0 else None

    def judge(self, subject: Subject, cut: int | None) -> Finding | None:
        """Big then, and so much less now."""
        before = self.number(subject)
        if cut is None or before is None or before < cut:
            return None
        now = subject.net_revenue(self.within)
        if now > before - _part(self.by, before):
            return None
        return Finding(
            f"brings at least {_share(self.by)} less than in the {_days(self.within)} days before",
            f"{subject.money(now)} after {subject.money(before)}",
        )


@dataclass(frozen=True, slots=True)
class OneCategory(_Alone):
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
        if sums[most] < _part(self.share, total):
            return None
        return Finding(
            f"buys at least {_share(self.share)} in one category: {most}",
            f"{subject.money(sums[most])} of {subject.money(total)} in {orders} orders",
        )


@dataclass(frozen=True, slots=True)
class Silent(_Alone):
    """Bought last at least `at_least` ago, and at most `at_most`."""

    at_least: timedelta
    at_most: timedelta

    def judge(self, subject: Subject, cut: int | None) -> Finding | None:  # noqa: ARG002 - see `Criterion`
        """By the last order, returned or not."""
        last = subject.history.customer.last_order_at
        if last is None or not self.at_least <= subject.as_of - last <= self.at_most:
            return None
        return Finding(f"has not bought for {_days(self.at_least)} days", f"bought last on {last:%Y-%m-%d}")


_PROMISED = {
    PromiseStatus.BROKEN: "the promise was broken",
    PromiseStatus.OPEN: "the promise is still open",
    PromiseStatus.KEPT: "the promise was kept",
}


@dataclass(frozen=True, slots=True)
class Complained(_Alone):
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
class OfClass(_Alone):
    """Is of one of these classes."""

    classes: tuple[AbcClass, ...]

    def judge(self, subject: Subject, cut: int | None) -> Finding | None:  # noqa: ARG002 - see `Criterion`
        """By the class of this score."""
        return Finding(f"class {subject.abc_class}") if subject.abc_class in self.classes else None


@dataclass(frozen=True, slots=True)
class OnRung(_Alone):
    """Stands on one of these rungs."""

    rungs: tuple[Rung, ...]

    def judge(self, subject: Subject, cut: int | None) -> Finding | None:  # noqa: ARG002 - see `Criterion`
        """By the rung as it is."""
        rung = subject.history.customer.rung
        return Finding(f"rung {rung}") if rung in self.rungs else None


@dataclass(frozen=True, slots=True)
class Reachable(_Alone):
    """An address of one of these channels is known."""

    by: tuple[MessageChannel, ...]

    def judge(self, subject: Subject, cut: int | None) -> Finding | None:  # noqa: ARG002 - see `Criterion`
        """Whether they may be written to is another question, asked by the contact policy."""
        contact = subject.history.customer.contact
        known = [channel.value for channel in self.by if contact.address(channel)]
        return Finding("an address is known", f"by {', '.join(known)}") if known else None


@dataclass(frozen=True, slots=True)
class KnownPeople(_Alone):
    """A company at which we know at least so many people to talk to."""

    at_least: int

    def judge(self, subject: Subject, cut: int | None) -> Finding | None:  # noqa: ARG002 - see `Criterion`
        """As told last."""
        known = len(subject.history.customer.people)
        if known < self.at_least:
            return None
        return Finding(f"at least {self.at_least} people to talk to are known", f"{known} people")


_KINDS: Mapping[str, Any] = {
    "top_revenue": lambda told: TopRevenue(told["share"], _span(told["within"])),
    "lowest_margin": lambda told: LowestMargin(
        told["share"], _span(told["within"]), told["goods"], told["per_refund"], told["per_complaint"]
    ),
    "revenue_fell": lambda told: RevenueFell(told["by"], _span(told["within"]), told["of_the_top"]),
    "one_category": lambda told: OneCategory(told["share"], told["orders"], _span(told["within"])),
    "silent": lambda told: Silent(_span(told["at_least"]), _span(told["at_most"])),
    "complained": lambda told: Complained(_span(told["within"])),
    "class": lambda told: OfClass(tuple(map(AbcClass, told))),
    "rung": lambda told: OnRung(tuple(map(Rung, told))),
    "people": lambda told: KnownPeople(told["at_least"]),
    "reachable": lambda told: Reachable(tuple(map(MessageChannel, told))),
}


def criterion_of(kind: str, told: Any) -> Criterion:
    """The criterion that the compiled programme writes as `kind: told`; lengths of time are seconds there."""
    criterion: Criterion = _KINDS[kind](told)
    return criterion


def _rate(parts: Mapping[str, int]) -> int:
    return round(10_000 * sum(parts.values()) / parts["price"])


def _span(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)


def _days(span: timedelta) -> int:
    return round(span / timedelta(days=1))


def _share(share: float) -> str:
    return f"{share * 100:g} %"


def _part(share: float, amount: int) -> int:
    """So much of an amount, to the nearest unit: a half by 0.5, not by its neighbour in floats."""
    return round(share * amount)
