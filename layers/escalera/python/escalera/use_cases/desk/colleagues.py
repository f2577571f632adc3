"""Whom something can be given to, by what people call them."""

from collections.abc import Iterable, Mapping

from escalera.domain.errors import PermanentError
from escalera.domain.staff import Right, StaffMember
from escalera.ports.sign_in import SignIn


class NamesakesError(PermanentError):
    """Several colleagues are called so."""


class CannotServeError(PermanentError):
    """The colleague may not sign in any more, or has a role that changes nothing."""


def called(colleagues: Iterable[StaffMember]) -> Mapping[str, StaffMember]:
    """Those who can be given something, each by what means nobody else: the name, or of namesakes the address."""
    able = [one for one in colleagues if one.may(Right.SERVE)]
    names = [_folded(one.name) for one in able]
    return {one.name if names.count(_folded(one.name)) == 1 else one.email: one for one in able}


def find_colleague(text: str, colleagues: Iterable[StaffMember], *, sign_in: SignIn) -> StaffMember | None:
    """Whom this name or address means, as they are now; None where it means none of them.

    Errors: `NamesakesError`, `CannotServeError`, and those of `SignIn`.
    """
    wanted = _folded(text)
    found = {one.id: one for one in colleagues if wanted in {_folded(one.name), _folded(one.email)}}
    if not found:
        return None
    if len(found) > 1:
        raise NamesakesError(f"{len(found)} colleagues are called so: say which by their address")
    member = sign_in.look_up(*found.values())
    if member is None or not member.may(Right.SERVE):
        raise CannotServeError("this colleague can take care of nothing here: choose another")
    return member


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
