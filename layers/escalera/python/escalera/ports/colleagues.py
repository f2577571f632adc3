"""Where it is kept who works at the console."""

from datetime import datetime, timedelta
from typing import Protocol

from escalera.domain.staff import StaffMember

REMEMBERED = timedelta(days=30)
"""So long after they signed in last somebody is still one of the colleagues."""


class Colleagues(Protocol):
    """Who signed in to the console of late, as the sign-in knew them then: whom something can be given to.

    Whoever gives asks the sign-in first whether they are still there.
    Errors: `StoreBusyError` when the store throttles.
    """

    def note(self, member: StaffMember, at: datetime) -> None:
        """Keep that they signed in."""

    def known(self, at: datetime) -> tuple[StaffMember, ...]:
        """Those not forgotten at this time, by name."""
