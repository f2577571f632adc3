"""What time it is."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only place time comes from."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
