"""The people who work with Escalera: who they are and what their role lets them do."""

from dataclasses import dataclass
from enum import StrEnum

from escalera.domain.errors import NotAllowedError


class Role(StrEnum):
    """What somebody of the staff is to the console."""

    OWNER = "owner"
    """Sees and changes everything."""
    SERVICE = "service"
    """Serves customers: complaints, tasks, cards. Neither sees settings nor stops a journey."""
    VIEWER = "viewer"
    """Sees everything and changes nothing."""


class Right(StrEnum):
    """What a page or a button asks for."""

    SEE = "see"
    """Look at customers, complaints, journeys, messages and measures."""
    SERVE = "serve"
    """Answer and resolve complaints, finish tasks."""
    SEE_SETTINGS = "see_settings"
    """Look at the programme's settings, the staff and who changed what."""
    STEER = "steer"
    """Pause and resume journeys, send tests of messages."""


RIGHTS = {
    Role.OWNER: frozenset(Right),
    Role.SERVICE: frozenset({Right.SEE, Right.SERVE}),
    Role.VIEWER: frozenset({Right.SEE, Right.SEE_SETTINGS}),
}


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody of the staff, as the sign-in knows them."""

    id: str
    """The sign-in's own id of the person; it stays when their name or address changes."""
    name: str
    """As colleagues read it; their address where no name is known."""
    email: str
    role: Role

    def is_meant(self, name: str, staff_id: str) -> bool:
        """Whether a record means them that names somebody so; one kept without an id means whoever is called so."""
        return staff_id == self.id if staff_id else name == self.name

    def may(self, right: Right) -> bool:
        """Whether the role has this right."""
        return right in RIGHTS[self.role]

    def must(self, right: Right) -> None:
        """NotAllowedError unless the role has this right."""
        if not self.may(right):
            message = f"the role {self.role.value} does not have the right `{right.value}`: ask an owner for another role"
            raise NotAllowedError(message)
