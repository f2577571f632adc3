"""What customers are found by follows them: addresses, names and silences."""

from collections.abc import Mapping, Sequence

from escalera.domain.closings import Address, Closings
from escalera.domain.customer import Customer
from escalera.domain.projections import Projection, projection
from escalera.ports.projections import Projections
from escalera.ports.written import Written


def follow_changes(
    changes: Sequence[Written], *, projections: Projections
) -> tuple[Sequence[Written], Mapping[Address, Closings]]:
    """Bring up to date what follows from these changes; most have nothing to follow.

    The answer is the changes, up to the first that could not be followed in full, and what was said at the addresses
    that they tell. Whatever comes after these has to come again.
    """
    following = [
        (index, follows)
        for index, change in enumerate(changes)
        if (follows := _following(change)) is not None
    ]
    if not following:
        return changes, {}
    followed = projections.write([one for _, one in following])
    first_left = min((following[position][0] for position in followed.left), default=len(changes))
    return changes[:first_left], followed.closings


def _following(change: Written) -> Projection | None:
    before, after = change.before, change.after
    if not isinstance(after, Customer):
        return None
    return projection(before if isinstance(before, Customer) else None, after)
