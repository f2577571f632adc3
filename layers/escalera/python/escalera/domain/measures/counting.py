"""What one customer adds to the measures. See `definitions` for what is made of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from escalera.domain.customer import Customer
from escalera.domain.facts import Order
from escalera.domain.history import CustomerHistory
from escalera.domain.measures.concentration import bucket_of
from escalera.domain.measures.frame import MeasureRules, month_name
from escalera.domain.measures.past import Silence, rung_at, silences
from escalera.domain.money import Money
from escalera.domain.vocabulary import Purpose

Key = tuple[str, ...]


class Counts(defaultdict[Key, int]):
    """Whole numbers under keys; one never counted is 0."""

    def __init__(self, start: Mapping[Key, int] | None = None) -> None:
        super().__init__(int, start or {})


class Table(StrEnum):
    """The first part of a key: what is counted."""

    CLASS = "class"
    MEMBERSHIP = "membership"
    BRACKET = "bracket"
    COHORT = "cohort"
    MONTH = "month"
    ATTRITION = "attrition"
    RUNG = "rung"
    FLOW = "flow"
    FILLED = "filled"
    LEFT_OUT = "left-out"


class Tally(StrEnum):
    """What is counted of each class, and of members and others. Orders are those not given back in full."""

    KNOWN = "known"
    BUYERS = "buyers"
    """Bought, ever."""
    ACTIVE = "active"
    """Bought in the year."""
    ACTIVE_BEFORE = "active-before"
    """Bought in the year before."""
    RETAINED = "retained"
    """Bought in both."""
    NEW = "new"
    """Bought for the first time in the year."""
    REPEATED = "repeated"
    """Bought in the year, and has bought more than once."""
    QUIET_BEFORE = "quiet-before"
    """Was quiet when the year began."""
    REACTIVATED = "reactivated"
    """Was quiet when the year began, and bought in it."""
    ORDERS = "orders"
    """Placed in the year."""
    VALUED_ORDERS = "valued-orders"
    """Of these, those in a currency with a rate."""
    ORDER_VALUE = "order-value"
    """What these brought, less what was given back of them."""
    REVENUE = "revenue"
    """Bought less given back, in the year."""
    REVENUE_EXISTING = "revenue-existing"
    """Of it, from those who had bought before the year."""
    REVENUE_RETAINED = "revenue-retained"
    """Of it, from those who bought in the year before, and again."""
    LIFETIME_REVENUE = "lifetime-revenue"
    """Bought less given back, ever."""
    VALUED = "valued"
    """Those whose future value is estimated."""
    EXPECTED_VALUE = "expected-value"
    """What these are expected to bring."""


NO_CLASS = "none"
MEMBER = "member"
OTHER = "other"
NOT_KNOWN_YET = "new"
"""The flow's source of those who were not known when it began."""

PROFILE_FIELDS = ("given_name", "family_name", "email", "phone", "language", "time_zone")
CONSENT_ASKED = "consent"
"""Whether the customer has said yes or no to anything that needs asking."""


def count_customer(history: CustomerHistory, rules: MeasureRules, counts: Counts) -> None:
    """Add one customer's part. Who was erased on request is in no figure any more."""
    customer = history.customer
    if customer.erased_at is not None:
        return
    person = _Person.read(history, rules)
    numbers = dict(_tally(person, rules))
    for group in (
        (Table.CLASS, customer.abc_class.value if customer.abc_class else NO_CLASS),
        (Table.MEMBERSHIP, MEMBER if is_member(customer) else OTHER),
    ):
        for name, count in numbers.items():
            counts[(*group, name)] += count
    revenue = numbers.get(Tally.REVENUE, 0)
    if revenue > 0:
        bracket = str(bucket_of(revenue))
        counts[Table.BRACKET, bracket, "customers"] += 1
        counts[Table.BRACKET, bracket, "revenue"] += revenue
    _count_months(person, rules, counts)
    _count_attrition(person, rules, counts)
    _count_ladder(person, rules, counts)
    _count_filled(customer, counts)
    for money, kind in person.left_out:
        counts[Table.LEFT_OUT, money.currency, kind] += 1
        counts[Table.LEFT_OUT, money.currency, f"{kind}-amount"] += money.amount


def is_member(customer: Customer) -> bool:
    """Whether the customer said yes to relationship or promotion on a channel, and did not close it since."""
    return any(
        state.given and purpose is not Purpose.SERVICE and channel not in customer.unsubscribed
        for (purpose, channel), state in customer.consents.items()
    )


@dataclass(frozen=True, slots=True)
class _Payment:
    """Money that came, or (below zero) went back, in the shop's currency."""

    at: datetime
    amount: int


@dataclass(frozen=True, slots=True)
class _Person:
    """One customer's history, cut at `as_of` and in the shop's currency."""

    history: CustomerHistory
    kept: tuple[Order, ...]
    """Orders not given back in full, oldest first."""
    payments: tuple[_Payment, ...]
    left_out: tuple[tuple[Money, str], ...]
    quiet: tuple[Silence, ...]

    @classmethod
    def read(cls, history: CustomerHistory, rules: MeasureRules) -> "_Person":
        """Cut the history and convert its money."""
        as_of, convert = rules.frame.as_of, rules.exchange.convert
        payments, left_out = [], []
        orders = [order for order in history.orders if order.placed_at <= as_of]
        moves = [(order.placed_at, order.total, 1, "orders") for order in orders]
        moves += [
            (refund.refunded_at, refund.amount, -1, "refunds")
            for refund in history.refunds
            if refund.refunded_at <= as_of
        ]
        for at, money, sign, kind in moves:
            amount = convert(money)
            if amount is None:
                left_out.append((money, kind))
            else:
                payments.append(_Payment(at, sign * amount))
        return cls(
            history,
            tuple(order for order in orders if not order.is_returned),
            tuple(payments),
            tuple(left_out),
            silences(history, rules.standing, as_of),
        )

    def revenue(self, after: datetime | None = None) -> int:
        """Bought less given back, after an instant or ever."""
        return sum(one.amount for one in self.payments if after is None or one.at > after)

    def is_quiet(self, at: datetime) -> bool:
        """Whether the customer's silence was unusual then."""
        return any(silence.holds_at(at) for silence in self.quiet)


def _tally(person: _Person, rules: MeasureRules) -> Iterator[tuple[Tally, int]]:
    frame = rules.frame
    year, year_before = frame.year_start, frame.year_before_start
    yield Tally.KNOWN, 1
    score = person.history.customer.score
    if score is not None and score.expected_value is not None:
        yield Tally.VALUED, 1
        yield Tally.EXPECTED_VALUE, score.expected_value
    if person.payments:
        yield Tally.LIFETIME_REVENUE, person.revenue()
    revenue = person.revenue(after=year)
    yield Tally.REVENUE, revenue
    if not person.kept:
        return
    yield Tally.BUYERS, 1
    in_year = [order for order in person.kept if order.placed_at > year]
    before = any(year_before < order.placed_at <= year for order in person.kept)
    if person.kept[0].placed_at <= year:
        yield Tally.REVENUE_EXISTING, revenue
    if before:
        yield Tally.ACTIVE_BEFORE, 1
    if person.is_quiet(year):
        yield Tally.QUIET_BEFORE, 1
        yield Tally.REACTIVATED, int(bool(in_year))
    if not in_year:
        return
    yield Tally.ACTIVE, 1
    yield Tally.NEW, int(person.kept[0].placed_at > year)
    yield Tally.REPEATED, int(len(person.kept) > 1)
    yield Tally.ORDERS, len(in_year)
    if before:
        yield Tally.RETAINED, 1
        yield Tally.REVENUE_RETAINED, revenue
    yield Tally.VALUED_ORDERS, len(list(_values(in_year, rules)))
    yield Tally.ORDER_VALUE, _value(in_year, rules)


def _value(orders: Iterable[Order], rules: MeasureRules) -> int:
    """What orders brought, less what was given back of them; those in a currency without a rate bring nothing."""
    return sum(_values(orders, rules))


def _values(orders: Iterable[Order], rules: MeasureRules) -> Iterator[int]:
    for order in orders:
        value = rules.exchange.convert(Money(order.total.amount - order.refunded, order.total.currency))
        if value is not None:
            yield value


def _count_months(person: _Person, rules: MeasureRules, counts: Counts) -> None:
    """The months of the shop (money as it came and went, orders and what they brought, who bought), and the months of
    the cohort that began with the first order.
    """
    frame = rules.frame
    tabled = frame.tabled_months
    for payment in person.payments:
        month = frame.month(payment.at)
        if month in tabled:
            counts[Table.MONTH, month_name(month), "revenue"] += payment.amount
    for month, first, of_month in _by_month(person, rules):
        name = month_name(month)
        value = _value(of_month, rules)
        counts[Table.MONTH, name, "buyers"] += 1
        counts[Table.MONTH, name, "orders"] += len(of_month)
        counts[Table.MONTH, name, "value"] += value
        if month == first:
            counts[Table.MONTH, name, "new"] += 1
            counts[Table.MONTH, name, "new-value"] += value
        if first in tabled:
            cohort = (Table.COHORT, month_name(first), str(month - first))
            counts[*cohort, "customers"] += 1
            counts[*cohort, "value"] += value


def _by_month(person: _Person, rules: MeasureRules) -> Iterator[tuple[int, int, list[Order]]]:
    """Each tabled month with kept orders, the month of the first of all, and the month's orders."""
    month = rules.frame.month
    if not person.kept:
        return
    first = month(person.kept[0].placed_at)
    tabled = rules.frame.tabled_months
    for of_month, orders in groupby(person.kept, lambda order: month(order.placed_at)):
        if of_month in tabled:
            yield of_month, first, list(orders)


def _count_attrition(person: _Person, rules: MeasureRules, counts: Counts) -> None:
    """Per month: who was awake at its start, and who of these fell quiet in it; and who returned."""
    if not person.kept:
        return
    frame, customer = rules.frame, person.history.customer
    of_class = customer.abc_class.value if customer.abc_class else NO_CLASS
    tabled = frame.tabled_months
    first_month = max(frame.month(person.history.orders[0].placed_at) + 1, tabled[0])
    lost = {frame.month(silence.since): silence for silence in reversed(person.quiet)}
    for month in range(first_month, tabled[-1] + 1):
        if person.is_quiet(frame.month_start(month)):
            continue
        counts[Table.ATTRITION, month_name(month), of_class, "awake"] += 1
        if month in lost:
            counts[Table.ATTRITION, month_name(month), of_class, "lost"] += 1
    for silence in person.quiet:
        if silence.until is not None and (month := frame.month(silence.until)) in tabled:
            counts[Table.ATTRITION, month_name(month), of_class, "returned"] += 1


def _count_ladder(person: _Person, rules: MeasureRules, counts: Counts) -> None:
    rung = person.history.customer.rung
    counts[Table.RUNG, rung.value] += 1
    before = rung_at(person.history, rules.frame.flow_start, person.quiet, rules.standing)
    counts[Table.FLOW, before.value if before else NOT_KNOWN_YET, rung.value] += 1


def _count_filled(customer: Customer, counts: Counts) -> None:
    for name in PROFILE_FIELDS:
        counts[Table.FILLED, name] += int(bool(getattr(customer.contact, name)))
    asked = any(purpose is not Purpose.SERVICE for purpose, _ in customer.consents)
    counts[Table.FILLED, CONSENT_ASKED] += int(asked)
