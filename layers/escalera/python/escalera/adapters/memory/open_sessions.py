"""The open sessions of the console, in memory."""

from datetime import datetime


class InMemoryOpenSessions:
    """`OpenSessions` that are forgotten with the process."""

    def __init__(self) -> None:
        self._open: set[tuple[str, str]] = set()

    def open(self, staff_id: str, session_id: str, *, until: datetime) -> None:  # noqa: ARG002 - the port's
        """Record it."""
        self._open.add((staff_id, session_id))

    def is_open(self, staff_id: str, session_id: str) -> bool:
        """Whether it is recorded."""
        return (staff_id, session_id) in self._open

    def close(self, staff_id: str, session_id: str) -> None:
        """Forget it."""
        self._open.discard((staff_id, session_id))

    def close_all(self, staff_id: str) -> int:
        """Forget all of this person's."""
        theirs = {one for one in self._open if one[0] == staff_id}
        self._open -= theirs
        return len(theirs)
