"""A day's measures of the whole shop: what is kept as the daily fact and shown in the report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from escalera.domain.measures.arithmetic import RetentionArithmetic
from escalera.domain.measures.figures import Average, Rate


@dataclass(frozen=True, slots=True)
class GroupMeasures:
    """The measures of a part of the base; `definitions` says what each one is."""

    known: int
    buyers: int
    active: int
    new: int
    revenue: int
    """Of the year, in minor units."""
    share_of_revenue: Rate
    retention: Rate
    churn: Rate
    repeat_rate: Rate
    reactivation: Rate
    frequency: Average
    average_order: Average
    revenue_per_customer: Average
    lifetime_revenue: Average
    expected_value: Average


@dataclass(frozen=True, slots=True)
class MonthMeasures:
    """Each calendar month's orders, buyers, new buyers, and what its orders brought after what was given back of them.

    Window: the calendar month by the shop's clock, for the last 24 months; the present one is not over. What came and
    went within the month, whatever the order, is kept beside it as `revenue`.
    """

    month: str
    """`2026-03`."""
    orders: int
    buyers: int
    new: int
    """Buyers whose first order it was."""
    value: int
    """What the month's orders brought, less what was given back of them, in minor units."""
    new_value: int
    """Of it, from the new ones."""
    revenue: int
    """Bought less given back within the month, whatever the order: money as it came and went."""


@dataclass(frozen=True, slots=True)
class MonthAttrition:
    """Customers who fell silent in a month, of those who had bought before it and were not silent when it began.

    Window: the calendar month, for everybody and by class as it was judged last (doctrine S1). A silence counts from
    the day on which it became unusual for that customer; those that are over are judged by the rules of today.
    """

    month: str
    lost: Mapping[str, Rate]
    """By class (as judged last), `none` for those not judged, `all`: who fell quiet of those awake at its start."""
    returned: int
    """Purchases that ended an unusual silence."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """Of those whose first order fell into one month: who bought again 1, 2, 3, ... calendar months later, and for how
    much.

    Window: the first order in the last 24 months. A customer counts once in each month in which they bought. Source:
    P. S. Fader and B. G. S. Hardie, "How to Project Customer Retention", *Journal of Interactive Marketing* 21
    (2007), on why newcomers of different times should not be thrown together.
    """

    month: str
    customers: tuple[int, ...]
    """How many of them bought 0, 1, 2, ... months later; the first is the size of the cohort."""
    value: tuple[int, ...]
    """What their orders of that month brought, in minor units."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Customers by the rung they stood on thirty days ago and the rung they stand on now (doctrine R1-R7).

    Window: 30 days. The earlier rung was not written down: it is told again from orders, registration, consents and
    silences of that time. Of consent only the last word is known, and steps up to advocate and promoter are not told.
    """

    before: str
    """A rung, or `new` for who was not known yet."""
    now: str
    customers: int


@dataclass(frozen=True, slots=True)
class TargetProgress:
    """The value of a measure for everybody, of the target that the programme sets for it (doctrine P1).

    Window: that of the measure. Targets can be set for those measures of which more is better.
    """

    measure: str
    target: float
    """A share between 0 and 1, a number of orders, or units (not minor ones) of the shop's currency."""
    value: float | None
    """In the same unit; None while it cannot be told."""

    @property
    def progress(self) -> float | None:
        """How much of the target is reached: 1 and more is all of it."""
        return None if self.value is None else self.value / self.target

    @property
    def is_reached(self) -> bool:
        """Whether the value is at the target or above."""
        return self.value is not None and self.value >= self.target


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Money in a currency without a rate: in no sum. The orders themselves count where orders are counted."""

    currency: str
    orders: int
    bought: int
    """Minor units of that currency."""
    refunds: int
    given_back: int


@dataclass(frozen=True, slots=True)
class Measures:
    """Everything the shop wants to know of a day. Fields may be added within a version, never changed."""

    day: date
    as_of: datetime
    currency: str
    window_days: int
    flow_days: int
    everybody: GroupMeasures
    classes: Mapping[str, GroupMeasures]
    """A, B, C, and `none` for those not judged yet."""
    members: GroupMeasures
    others: GroupMeasures
    bring_most: Rate
    """The customers who bring 80 % of the revenue, of all who brought any."""
    ladder: Mapping[str, int]
    """Customers by rung, lowest first."""
    flow: tuple[Flow, ...]
    months: tuple[MonthMeasures, ...]
    attrition: tuple[MonthAttrition, ...]
    cohorts: tuple[Cohort, ...]
    completeness: Mapping[str, Rate]
    arithmetic: RetentionArithmetic
    targets: tuple[TargetProgress, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    no_value: str = ""
    """Why no customer's future value is estimated; empty when it is."""
    notes: tuple[str, ...] = field(default=())
    """What the night had to say beside its figures."""

    @property
    def groups(self) -> Iterator[tuple[str, GroupMeasures]]:
        """Every group under its name."""
        yield "everybody", self.everybody
        yield from self.classes.items()
        yield "members", self.members
        yield "others", self.others
