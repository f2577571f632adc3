"""What a night's look at the whole base leaves behind: one `ShopScore` for the shop, a `CustomerScore` for each customer.

Plain values that go to JSON and back, light to import: whoever takes in a purchase reads them. Money is whole minor
units of the shop's own currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from escalera.domain.exchange import Exchange
from escalera.domain.vocabulary import AbcClass, GroupName

SHOP_SCORE_VERSION = 1
"""Of all that `ShopScore.to_json` writes, the value model's parameters included."""


@dataclass(frozen=True, slots=True)
class Rfm:
    """Recency, frequency and money as fifths of the base: 5 the most recent, most frequent, most money; 1 the least."""

    recency: int
    frequency: int
    monetary: int

    @property
    def cell(self) -> str:
        """The three digits people know it by: `543`."""
        return f"{self.recency}{self.frequency}{self.monetary}"


@dataclass(frozen=True, slots=True)
class GroupMembership:
    """A customer in a named group of the programme, and why."""

    group: GroupName
    since: datetime
    reason: str
    """Why, in words that stay the same as long as the reason does."""
    figures: str = ""
    """The numbers behind it, as of the score: they drift from day to day."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a value model expects of one customer."""

    alive: float
    expected_purchases: float
    """Within the model's horizon."""
    expected_value: int
    """In minor units, discounted."""
    next_purchase_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CustomerScore:
    """What the last night found of one customer. It says nothing of what was bought since; the class does."""

    as_of: datetime
    revenue: int = 0
    """Net of refunds, within the window of the classes."""
    before_window: int = 0
    """Net of refunds, from before that window: all that was ever spent, less this, is what counts for the class."""
    rfm: Rfm | None = None
    """None for one who never bought."""
    alive: float | None = None
    """The probability that they still are a customer; None where no value model fits."""
    expected_purchases: float | None = None
    """Within the horizon of the value model."""
    expected_value: int | None = None
    """What they are expected to bring within that horizon, discounted."""
    next_purchase_at: datetime | None = None
    """When the next purchase is expected."""
    groups: tuple[GroupMembership, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "as_of": self.as_of.isoformat(),
            "revenue": self.revenue,
            "before_window": self.before_window,
            "rfm": self.rfm and [self.rfm.recency, self.rfm.frequency, self.rfm.monetary],
            "alive": self.alive,
            "expected_purchases": self.expected_purchases,
            "expected_value": self.expected_value,
            "next_purchase_at": None if self.next_purchase_at is None else self.next_purchase_at.isoformat(),
            "groups": [
                {
                    "group": one.group,
                    "since": one.since.isoformat(),
                    "reason": one.reason,
                    "figures": one.figures,
                }
                for one in self.groups
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` wrote; what is missing is as on a fresh score."""
        get = data.get
        return cls(
            as_of=_instant(data["as_of"]),
            revenue=get("revenue", 0),
            before_window=get("before_window", 0),
            rfm=Rfm(*data["rfm"]) if get("rfm") else None,
            alive=get("alive"),
            expected_purchases=get("expected_purchases"),
            expected_value=get("expected_value"),
            next_purchase_at=_instant(data["next_purchase_at"]) if get("next_purchase_at") else None,
            groups=tuple(
                GroupMembership(
                    GroupName(one["group"]),
                    _instant(one["since"]),
                    one.get("reason", ""),
                    one.get("figures", ""),
                )
                for one in get("groups") or ()
            ),
        )


@dataclass(frozen=True, slots=True)
class ClassCuts:
    """The least revenue of class A and of class B within the window; less than both is C. None: nobody brought any."""

    window: timedelta
    a: int | None = None
    b: int | None = None

    def class_of(self, revenue: int) -> AbcClass:
        """The class of one who ever bought. Who brought nothing, or cost money, is C."""
        if self.a is not None and revenue >= self.a:
            return AbcClass.A
        if self.b is not None and revenue >= self.b:
            return AbcClass.B
        return AbcClass.C


@dataclass(frozen=True, slots=True)
class RfmCuts:
    """Where the fifths of the base end, lowest first: a value belongs to a higher fifth than every cut it exceeds.

    Days since the last order, orders within the window, revenue within the window. Equal values are in one fifth, so
    with few different values some fifths are empty. All three are empty while nobody ever bought.
    """

    days_since: tuple[int, ...] = ()
    orders: tuple[int, ...] = ()
    revenue: tuple[int, ...] = ()

    def rfm_of(self, days_since: int, orders: int, revenue: int) -> Rfm:
        """The cell of one who ever bought."""
        return Rfm(
            5 - sum(days_since > cut for cut in self.days_since),
            1 + sum(orders > cut for cut in self.orders),
            1 + sum(revenue > cut for cut in self.revenue),
        )


@dataclass(frozen=True, slots=True)
class ShopScore:
    """What the last night found of the shop as a whole: the yardsticks every customer is held against until the next."""

    as_of: datetime
    exchange: Exchange
    """The shop's currency, and the rates of that night."""
    customers: int
    """How many have ever bought."""
    class_cuts: ClassCuts
    rfm_cuts: RfmCuts = RfmCuts()
    group_cuts: Mapping[str, int] = field(default_factory=dict)
    """By the name of the spread (see `groups`): where the share that a group takes begins."""
    value_model: Mapping[str, Any] | None = None
    """The fitted parameters, as the value model writes them."""
    no_value_because: str = ""
    """Why there are none."""
    notes: tuple[str, ...] = ()
    """What a reader of the numbers has to know, such as money that could not be counted."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "version": SHOP_SCORE_VERSION,
            "as_of": self.as_of.isoformat(),
            "currency": self.exchange.currency,
            "exchange_rates": {code: str(rate) for code, rate in self.exchange.rates.items()},
            "customers": self.customers,
            "class_cuts": {
                "window": int(self.class_cuts.window.total_seconds()),
                "a": self.class_cuts.a,
                "b": self.class_cuts.b,
            },
            "rfm_cuts": {
                "days_since": list(self.rfm_cuts.days_since),
                "orders": list(self.rfm_cuts.orders),
                "revenue": list(self.rfm_cuts.revenue),
            },
            "group_cuts": dict(self.group_cuts),
            "value_model": None if self.value_model is None else dict(self.value_model),
            "no_value_because": self.no_value_because,
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` wrote. ValueError when another release wrote it in a form this one does not know."""
        if data["version"] != SHOP_SCORE_VERSION:
            message = (
                f"the shop's score is version {data['version']}, this code reads {SHOP_SCORE_VERSION}:"
                " score again with this release"
            )
            raise ValueError(message)
        rates = {code: Decimal(rate) for code, rate in data["exchange_rates"].items()}
        cuts, fifths = data["class_cuts"], data["rfm_cuts"]
        return cls(
            as_of=_instant(data["as_of"]),
            exchange=Exchange(data["currency"], rates),
            customers=data["customers"],
            class_cuts=ClassCuts(timedelta(seconds=cuts["window"]), cuts["a"], cuts["b"]),
            rfm_cuts=RfmCuts(tuple(fifths["days_since"]), tuple(fifths["orders"]), tuple(fifths["revenue"])),
            group_cuts=dict(data["group_cuts"]),
            value_model=data["value_model"],
            no_value_because=data["no_value_because"],
            notes=tuple(data["notes"]),
        )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
