"""How values are written on the console's pages."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from escalera.domain.brief.words import ending, reason
from escalera.domain.money import Money
from escalera.domain.vocabulary import Language
from escalera.journeys.wording import money_text

_UNITS = (("week", 604_800), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def span(length: float | timedelta) -> str:
    """2 weeks; 40 days; 90 minutes: exact, in the largest unit of which there is a whole number."""
    whole = int(length.total_seconds() if isinstance(length, timedelta) else length)
    unit, size = next((unit, size) for unit, size in _UNITS if whole % size == 0 and (whole or size == 1))
    return _counted(whole // size, unit)


def roughly(length: timedelta) -> str:
    """3 hours; 2 days: in the largest unit of which there are two or more, and nothing smaller."""
    whole = abs(int(length.total_seconds()))
    unit, size = next(((unit, size) for unit, size in _UNITS if whole >= 2 * size), ("second", 1))
    return _counted(whole // size, unit)


def share(part: float) -> str:
    """0.05 is 5 %."""
    return f"{part * 100:.3g} %"


def plainly(name: str) -> str:
    """`answer-complaint`, `went_quiet`: the words of a name."""
    return name.replace("-", " ").replace("_", " ")


def money(amount: Money) -> str:
    """€1,234.50."""
    return money_text(amount, Language.ENGLISH)


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"


def words_of(zone: ZoneInfo) -> dict[str, Callable[..., str]]:
    """As Jinja filters; times are told by the clock of the shop."""

    def day(at: datetime | date) -> str:
        """Tue 24 Nov 2026."""
        local = at.astimezone(zone) if isinstance(at, datetime) else at
        return f"{local:%a} {local.day} {local:%b %Y}"

    def clock(at: datetime) -> str:
        """09:30."""
        return f"{at.astimezone(zone):%H:%M}"

    def moment(at: datetime) -> str:
        """Tue 24 Nov 2026, 09:30."""
        return f"{day(at)}, {clock(at)}"

    def ago(at: datetime, now: datetime) -> str:
        """2 days ago; in 3 hours; now."""
        if abs(now - at) < timedelta(minutes=1):
            return "now"
        return f"{roughly(now - at)} ago" if at < now else f"in {roughly(at - now)}"

    known = (span, roughly, share, plainly, money, day, clock, moment, ago, reason, ending)
    return {word.__name__: word for word in known}
