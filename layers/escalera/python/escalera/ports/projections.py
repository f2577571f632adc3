"""Where that is kept which follows the customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from escalera.domain.closings import Address, Closings
from escalera.domain.projections import Projection


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of projections."""

    left: Sequence[int] = ()
    """The indexes of those that could not be brought up to date in full: they have to come again."""
    closings: Mapping[Address, Closings] = field(default_factory=dict)
    """What was said at the addresses that they tell, looked at after it was kept who has them."""


class Projections(Protocol):
    """Keeps addresses, names and silences after the customers they are of.

    The same may come again, and the old after the new: what is kept in the end is that of the customer as they are now.
    """

    def write(self, projections: Sequence[Projection]) -> Followed:
        """Bring all up to date."""
