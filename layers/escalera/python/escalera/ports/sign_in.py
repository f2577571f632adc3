"""How staff prove who they are."""

from typing import Protocol

from escalera.domain.errors import PermanentError
from escalera.domain.staff import StaffMember


class SignInRefusedError(PermanentError):
    """Somebody may not come in; the text says why, for that person to read."""


class SignIn(Protocol):
    """A sign-in with pages of its own: people are sent there, and come back with a code (OAuth 2.0 with PKCE, RFC 7636).

    Errors: `SignInRefusedError` when it does not take the code, or knows no role of that person; `RetryableError`
    when it cannot be asked.
    """

    def address(self, *, state: str, challenge: str) -> str:
        """Where to send somebody who wants to sign in; `state` comes back with them."""

    def redeem(self, code: str, *, verifier: str) -> StaffMember:
        """Who came back with this code; `verifier` is what `challenge` was made of."""

    def look_up(self, member: StaffMember) -> StaffMember | None:
        """The same person as they are now; None if they may not sign in any more, or have no role."""

    def leave_address(self) -> str:
        """Where to send somebody who signs out: it ends the sign-in's own session, too."""
