"""What a night measures by: the instant, the windows that end there, the shop's clock and money."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from escalera.domain.exchange import Exchange
from escalera.domain.standing import StandingRules


@dataclass(frozen=True, slots=True)
class Frame:
    """The window of a night's measures. Summaries of one frame can be added, others cannot."""

    as_of: datetime
    """Aware. What happened later is not counted."""
    currency: str
    """The shop's, ISO 4217: every amount is in its minor units."""
    zone: str = "UTC"
    """IANA name: whose midnight ends a month."""
    window_days: int = 365
    """The year of the yearly measures: the days up to `as_of`; the year before is as long."""
    flow_days: int = 30
    """How far back the flow between rungs looks."""
    months: int = 24
    """How many calendar months the cohort and the month tables hold, the present one included."""

    @property
    def day(self) -> date:
        """The shop's calendar day of `as_of`: the day these measures are kept under."""
        return self.local(self.as_of).date()

    @property
    def year_start(self) -> datetime:
        """The year is what lies after this instant, up to `as_of`."""
        return self.as_of - timedelta(days=self.window_days)

    @property
    def year_before_start(self) -> datetime:
        """The year before is what lies after this instant, up to `year_start`."""
        return self.as_of - timedelta(days=2 * self.window_days)

    @property
    def flow_start(self) -> datetime:
        """Between this instant and `as_of` a customer flows from rung to rung."""
        return self.as_of - timedelta(days=self.flow_days)

    def local(self, at: datetime) -> datetime:
        """The instant by the shop's clock."""
        return at.astimezone(ZoneInfo(self.zone))

    def month(self, at: datetime) -> int:
        """The shop's calendar month of an instant, as a count of months since year 0."""
        local = self.local(at)
        return local.year * 12 + local.month - 1

    def month_start(self, month: int) -> datetime:
        """The first instant of a month, in UTC."""
        return _month_start(self.zone, month)

    @property
    def tabled_months(self) -> range:
        """The months that the month tables hold, oldest first; the present one is the last, and not over yet."""
        last = self.month(self.as_of)
        return range(last - self.months + 1, last + 1)


@cache
def _month_start(zone: str, month: int) -> datetime:
    year, index = divmod(month, 12)
    return datetime(year, index + 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@cache
def month_name(month: int) -> str:
    """`2026-03`, out of a count of months."""
    year, index = divmod(month, 12)
    return f"{year:04d}-{index + 1:02d}"


@dataclass(frozen=True, slots=True)
class MeasureRules:
    """All that the counting of one customer needs to know of the shop."""

    frame: Frame
    standing: StandingRules
    exchange: Exchange

    def __post_init__(self) -> None:
        if self.exchange.currency != self.frame.currency:
            message = (
                f"the frame counts in {self.frame.currency} and the rates lead to {self.exchange.currency}: "
                "give both the shop's currency"
            )
            raise ValueError(message)
