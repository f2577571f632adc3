"""Who works at the console, in memory."""

from datetime import datetime

from escalera.domain.staff import StaffMember
from escalera.ports.colleagues import REMEMBERED


class InMemoryColleagues:
    """`Colleagues`, each with the time they signed in last."""

    def __init__(self) -> None:
        self._signed_in: dict[str, tuple[StaffMember, datetime]] = {}

    def note(self, member: StaffMember, at: datetime) -> None:
        """Keep that they signed in."""
        self._signed_in[member.id] = (member, at)

    def known(self, at: datetime) -> tuple[StaffMember, ...]:
        """Those not forgotten at this time, by name."""
        found = [member for member, last in self._signed_in.values() if at < last + REMEMBERED]
        return tuple(sorted(found, key=lambda one: (one.name, one.id)))
