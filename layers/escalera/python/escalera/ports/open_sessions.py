"""Which sessions of the console are open: a session that is not recorded here opens nothing."""

from datetime import datetime
from typing import Protocol


class OpenSessions(Protocol):
    """The open sessions of the staff. Reads are strongly consistent, so a session that was closed is refused at once.

    `staff_id` is the sign-in's own id of a person, `session_id` the random id of one of their sessions.
    Errors: `StoreBusyError` when the store throttles; nothing was written then.
    """

    def open(self, staff_id: str, session_id: str, *, until: datetime) -> None:
        """Record a new session; the store may forget it after `until`."""

    def is_open(self, staff_id: str, session_id: str) -> bool:
        """Whether it was opened and nobody has closed it."""

    def close(self, staff_id: str, session_id: str) -> None:
        """Close one session; nothing happens if it is closed or unknown."""

    def close_all(self, staff_id: str) -> int:
        """Close every open session of a person; how many were closed."""
