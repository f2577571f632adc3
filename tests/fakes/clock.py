"""A clock that stands still until it is moved."""

from datetime import UTC, datetime, timedelta


class SetClock:
    """A `Clock` in the hands of the test."""

    def __init__(self, at: datetime = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def go_on(self, **span: float) -> datetime:
        """Let time pass: `clock.go_on(days=2)`."""
        self.at += timedelta(**span)
        return self.at
