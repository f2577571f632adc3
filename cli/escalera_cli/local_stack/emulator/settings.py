"""What the emulator is told: once at its start by the environment, later live by the control endpoint."""

import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

PREFIX = "ESCALERA_LOCAL_"


@dataclass(frozen=True)
class Clock:
    """A simulated time that started at `simulated` when it really was `real` and runs `scale` times as fast."""

    real: datetime
    simulated: datetime
    scale: float

    @classmethod
    def from_settings(cls, settings: dict[str, Any]) -> "Clock":
        """Read `{"origin": "<real ISO instant>=<simulated ISO instant>", "scale": 86400}`."""
        real, _, simulated = str(settings["origin"]).partition("=")
        clock = cls(datetime.fromisoformat(real), datetime.fromisoformat(simulated), float(settings["scale"]))
        if clock.real.tzinfo is None or clock.simulated.tzinfo is None or clock.scale <= 0:
            message = "a clock needs two instants with an offset and a scale above 0"
            raise ValueError(message)
        return clock

    def at(self, real: datetime) -> datetime:
        """Give the simulated instant that belongs to a real one."""
        return self.simulated + timedelta(seconds=(real - self.real).total_seconds() * self.scale)

    def environment(self) -> dict[str, str]:
        """Give the variables by which a handler learns of this clock."""
        return {
            "ESCALERA_CLOCK_ORIGIN": f"{self.real.isoformat()}={self.simulated.isoformat()}",
            "ESCALERA_CLOCK_SCALE": repr(self.scale),
        }


@dataclass(frozen=True)
class Faults:
    """What goes wrong on purpose: shares between 0 and 1, and counts of the next sends.

    `crash_*`: whoever had it sent is killed when the message reaches SES, or right after SES took it.
    `break_*`: SES answers that it broke, before it took the message, or after.
    """

    throttle_email: float = 0.0
    drop_feedback: float = 0.0
    crash_before_send: int = 0
    crash_after_send: int = 0
    break_before_send: int = 0
    break_after_send: int = 0
    fail_calls: Mapping[str, str] = field(default_factory=dict)
    """How calls fail, by service: see `faults.WAYS`."""

    def __post_init__(self) -> None:
        """Refuse what is no share and no count."""
        shares = (self.throttle_email, self.drop_feedback)
        counts = (
            self.crash_before_send,
            self.crash_after_send,
            self.break_before_send,
            self.break_after_send,
        )
        if not (all(0 <= share <= 1 for share in shares) and min(counts) >= 0):
            message = f"a share lies between 0 and 1, a count is not negative: {self}"
            raise ValueError(message)


@dataclass
class Settings:
    """All the emulator knows about how it should behave; `lock` guards the parts that change live."""

    state: Path
    scratch: Path
    worker_python: str
    slots: int
    dependencies: tuple[str, ...]
    clock: Clock | None = None
    faults: Faults = field(default_factory=Faults)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read the ESCALERA_LOCAL_* variables that `LocalStack` sets."""
        paths = os.environ.get(f"{PREFIX}DEPENDENCIES", "")
        return cls(
            state=Path(os.environ[f"{PREFIX}STATE"]),
            scratch=Path(os.environ["TMPDIR"]),
            worker_python=os.environ.get(f"{PREFIX}WORKER_PYTHON", sys.executable),
            slots=int(os.environ.get(f"{PREFIX}SLOTS", "2")),
            dependencies=tuple(path for path in paths.split(os.pathsep) if path),
        )

    def now(self) -> datetime:
        """Give the simulated instant, or the real one while no clock is set."""
        real = datetime.now(UTC)
        return self.clock.at(real) if self.clock else real
