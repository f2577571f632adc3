"""The nightly score: from every customer's history to the shop's yardsticks, and from these back to each customer.

Three steps, so that the base may lie on many machines: `summarise` a part of it (parts add up, in any order), make one
`shop_score` of the sum, hold each customer against it with `score_customer`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self

from escalera.domain.classes import ClassRules, net_revenue, spent_ever, with_class
from escalera.domain.criteria import Subject
from escalera.domain.customer import Customer
from escalera.domain.exchange import Exchange
from escalera.domain.groups import GroupDefinition, group_cuts, memberships, numbers_of
from escalera.domain.history import CustomerHistory
from escalera.domain.money import minor_digits
from escalera.domain.score import ClassCuts, CustomerScore, GroupMembership, Outlook, RfmCuts, ShopScore
from escalera.domain.spread import Spread

_DAY = timedelta(days=1)
_DAYS, _ORDERS, _REVENUE = "days since", "orders", "revenue"


@dataclass(frozen=True, slots=True)
class ScoringRules:
    """What the programme says of money, classes and groups."""

    exchange: Exchange
    classes: ClassRules
    groups: tuple[GroupDefinition, ...] = ()


@dataclass(frozen=True, slots=True)
class BaseSummary:
    """All that cut points need to know of a part of the base. Parts of one night add up."""

    customers: int = 0
    """Who ever bought and is not erased."""
    spreads: Mapping[str, Spread] = field(default_factory=dict)
    """Of those: the numbers of classes, fifths and groups, by name."""
    uncounted: Mapping[str, int] = field(default_factory=dict)
    """Orders and refunds in currencies without a rate, by currency."""

    def __add__(self, other: "BaseSummary") -> "BaseSummary":
        names = {**self.spreads, **other.spreads}
        return BaseSummary(
            self.customers + other.customers,
            {name: self.spread(name) + other.spread(name) for name in names},
            dict(Counter(self.uncounted) + Counter(other.uncounted)),
        )

    def spread(self, name: str) -> Spread:
        """The spread of this number; empty where nobody has it."""
        return self.spreads.get(name, Spread())

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "customers": self.customers,
            "spreads": {name: spread.to_json() for name, spread in sorted(self.spreads.items())},
            "uncounted": dict(sorted(self.uncounted.items())),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` wrote."""
        spreads = {name: Spread.from_json(pairs) for name, pairs in data["spreads"].items()}
        return cls(data["customers"], spreads, data["uncounted"])


def summarise(histories: Iterable[CustomerHistory], rules: ScoringRules, as_of: datetime) -> BaseSummary:
    """Count a part of the base; memory grows with the different numbers there are, not with the customers."""
    customers = 0
    counts: dict[str, Counter[int]] = {}
    uncounted: Counter[str] = Counter()

    def count(name: str, number: int) -> None:
        counts.setdefault(name, Counter())[number] += 1

    for history in histories:
        customer = history.customer
        if not customer.orders or customer.erased_at is not None:
            continue
        customers += 1
        days, orders, revenue = _rfm_numbers(history, rules, as_of)
        count(_DAYS, days)
        count(_ORDERS, orders)
        count(_REVENUE, revenue)
        for name, number in numbers_of(rules.groups, Subject(history, rules.exchange, as_of)):
            count(name, number)
        uncounted.update(
            money.currency
            for money in (
                *(order.total for order in history.orders),
                *(refund.amount for refund in history.refunds),
            )
            if rules.exchange.convert(money) is None
        )
    return BaseSummary(customers, {name: Spread(one) for name, one in counts.items()}, dict(uncounted))


def shop_score(
    summary: BaseSummary,
    rules: ScoringRules,
    as_of: datetime,
    *,
    value_model: Mapping[str, Any] | None = None,
    no_value_because: str = "",
    notes: tuple[str, ...] = (),
) -> ShopScore:
    """The yardsticks of this night. Money that could not be counted is said aloud in the notes."""
    missing = tuple(
        f"{times} orders or refunds in {currency} are not counted:"
        f" programme.yaml has no rate for it (shop.exchange_rates)"
        for currency, times in sorted(summary.uncounted.items())
    )
    return ShopScore(
        as_of=as_of,
        exchange=rules.exchange,
        customers=summary.customers,
        class_cuts=class_cuts(summary.spread(_REVENUE), rules.classes),
        rfm_cuts=RfmCuts(
            summary.spread(_DAYS).fifths(),
            summary.spread(_ORDERS).fifths(),
            summary.spread(_REVENUE).fifths(),
        ),
        group_cuts=group_cuts(rules.groups, summary.spreads),
        value_model=value_model,
        no_value_because=no_value_because,
        notes=(*notes, *missing),
    )


def class_cuts(revenues: Spread, rules: ClassRules) -> ClassCuts:
    """The least revenue of each class: whoever crosses the line of a class is in it, and so are their equals."""
    a, b = revenues.leading(rules.a, rules.a + rules.b)
    return ClassCuts(rules.window, a, b)


def score_customer(
    history: CustomerHistory, shop: ShopScore, outlook: Outlook | None, rules: ScoringRules, as_of: datetime
) -> Customer:
    """The customer with class, groups and score as this night finds them; `outlook` is what a value model expects.

    Whether the change is worth a write, `materially_differs` says. Who is erased, and who never bought and is in no
    group, stays as they are.
    """
    customer = history.customer
    if customer.erased_at is not None:
        return customer
    bought = customer.orders > 0
    revenue, rfm = 0, None
    after = customer
    if bought:
        days, orders, revenue = _rfm_numbers(history, rules, as_of)
        rfm = shop.rfm_cuts.rfm_of(days, orders, revenue)
        after = with_class(customer, shop.class_cuts.class_of(revenue), as_of)
    known = customer.score.groups if customer.score else ()
    subject = Subject(history, rules.exchange, as_of, after.abc_class)
    groups = memberships(rules.groups, subject, shop.group_cuts, known)
    if not bought and not groups and customer.score is None:
        return customer
    score = CustomerScore(
        as_of=as_of,
        revenue=revenue,
        before_window=spent_ever(customer, rules.exchange) - revenue if bought else 0,
        rfm=rfm,
        groups=groups,
    )
    if outlook is not None and bought:
        score = replace(
            score,
            alive=round(outlook.alive, 4),
            expected_purchases=round(outlook.expected_purchases, 4),
            expected_value=outlook.expected_value,
            next_purchase_at=outlook.next_purchase_at,
        )
    return replace(after, score=score)


VALUE_MOVED = 0.05
"""A share of the expected value."""
ALIVE_MOVED = 0.05


def materially_differs(before: Customer, after: Customer, currency: str) -> bool:
    """Whether the score of `after` is worth a write: everybody's probabilities drift a little every day.

    It is when the class, a fifth, a group or its reason changed, when an order left the window of the classes, or when
    the expected value moved by more than 5 % and one unit of money, or the probability alive by more than 0.05.
    """
    old, new = before.score, after.score
    if before.abc_class is not after.abc_class or (old is None) is not (new is None):
        return True
    if old is None or new is None:
        return False
    return (
        old.rfm != new.rfm
        or old.before_window != new.before_window
        or _reasons(old.groups) != _reasons(new.groups)
        or _value_moved(old.expected_value, new.expected_value, currency)
        or _alive_moved(old.alive, new.alive)
    )


def _rfm_numbers(history: CustomerHistory, rules: ScoringRules, as_of: datetime) -> tuple[int, int, int]:
    """Days since the last order, orders kept within the window, revenue within the window."""
    since = as_of - rules.classes.window
    last = history.customer.last_order_at or as_of
    orders = sum(order.placed_at > since and not order.is_returned for order in history.orders)
    return max((as_of - last) // _DAY, 0), orders, net_revenue(history, rules.exchange, after=since)


def _reasons(groups: Iterable[GroupMembership]) -> set[tuple[str, str]]:
    return {(one.group, one.reason) for one in groups}


def _value_moved(old: int | None, new: int | None, currency: str) -> bool:
    if old is None or new is None:
        return old is not new
    moved = abs(new - old)
    return moved > VALUE_MOVED * abs(old) and moved > 10 ** minor_digits(currency)


def _alive_moved(old: float | None, new: float | None) -> bool:
    if old is None or new is None:
        return old is not new
    return abs(new - old) > ALIVE_MOVED
