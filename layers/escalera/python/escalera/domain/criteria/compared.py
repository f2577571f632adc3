"""Criteria that compare a customer with the others, by a number that is spread over the base."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from escalera.domain.criteria.criterion import Finding, Place, Subject, days, part_of, share_of
from escalera.domain.money import Money


@dataclass(frozen=True, slots=True)
class TopRevenue:
    """Among those who bring most: at most `share` of the customers with revenue within the window."""

    share: float
    within: timedelta

    @property
    def place(self) -> Place:
        """By revenue, from the top."""
        return Place(f"revenue {days(self.within)}d", self.share)

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
            f"among the {share_of(self.share)} who bring most in {days(self.within)} days",
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
        return Place(f"margin {days(self.within)}d {costs}", self.share, lowest=True)

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
            f"among the {share_of(self.share)} who leave least of what they buy in {days(self.within)} days, "
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
        return Place(f"revenue {days(self.within)}d before", self.of_the_top)

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
        if now > before - part_of(self.by, before):
            return None
        return Finding(
            f"brings at least {share_of(self.by)} less than in the {days(self.within)} days before",
            f"{subject.money(now)} after {subject.money(before)}",
        )


def _rate(parts: Mapping[str, int]) -> int:
    return round(10_000 * sum(parts.values()) / parts["price"])
