"""Where time comes from: the system, or the system's time set forward and run faster on the local stack."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from escalera.domain.errors import PermanentError
from escalera.ports.clock import Clock

ORIGIN = "ESCALERA_CLOCK_ORIGIN"
SCALE = "ESCALERA_CLOCK_SCALE"


class SystemClock:
    """The time it is."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ScaledClock:
    """At the instant `real` it was `simulated`; since then `scale` simulated seconds pass in each real one."""

    real: datetime
    simulated: datetime
    scale: float
    _source: Callable[[], datetime] = SystemClock().now

    def now(self) -> datetime:
        """The simulated present, in UTC."""
        return self.simulated + (self._source() - self.real) * self.scale

    @classmethod
    def from_settings(cls, origin: str, scale: str) -> Self:
        """Out of `<real ISO instant>=<simulated ISO instant>` and a number above zero."""
        try:
            real, simulated = (datetime.fromisoformat(text) for text in origin.split("="))
            factor = float(scale)
        except ValueError as error:
            raise _wrong(origin, scale) from error
        if real.tzinfo is None or simulated.tzinfo is None or not 0 < factor < float("inf"):
            raise _wrong(origin, scale)
        return cls(real.astimezone(UTC), simulated.astimezone(UTC), factor)


def clock_from(variables: Mapping[str, str] | None = None) -> Clock:
    """The scaled clock when the environment sets one (the local stack does), else the system's."""
    there = os.environ if variables is None else variables
    origin, scale = there.get(ORIGIN, ""), there.get(SCALE, "")
    if not origin and not scale:
        return SystemClock()
    return ScaledClock.from_settings(origin, scale or "1")


def _wrong(origin: str, scale: str) -> PermanentError:
    return PermanentError(
        f"{ORIGIN} is {origin!r} and {SCALE} is {scale!r}: write two instants with offset joined by '=',"
        " such as 2026-03-02T10:00:00Z=2026-01-01T00:00:00Z, and a number above 0"
    )
