"""What customers are found by follows them: addresses, names and silences."""

from collections.abc import Sequence

from escalera.domain.customer import Customer
from escalera.domain.projections import Projection, projection
from escalera.ports.projections import Projections
from escalera.ports.written import Written


def follow_changes(changes: Sequence[Written], *, projections: Projections) -> int:
    """Bring up to date what follows from these changes; the answer says of how many, from the first on, all of it is.

    Whatever comes after these has to come again; it may have been followed, too. Most changes have nothing to follow.
    """
    following = [
        (index, follows)
        for index, change in enumerate(changes)
        if (follows := _following(change)) is not None
    ]
    left = projections.write([one for _, one in following]) if following else ()
    return min((following[position][0] for position in left), default=len(changes))


def _following(change: Written) -> Projection | None:
    before, after = change.before, change.after
    if not isinstance(after, Customer):
        return None
    return projection(before if isinstance(before, Customer) else None, after)
