"""Where that is kept which follows the customers."""

from collections.abc import Sequence
from typing import Protocol

from escalera.domain.projections import Projection


class Projections(Protocol):
    """Keeps addresses, names and silences after the customers they are of.

    The same may come again, and the old after the new: what is kept is that of the customer as they are now.
    """

    def write(self, projections: Sequence[Projection]) -> list[int]:
        """Bring all up to date; the answer lists the indexes of those that could not be, to be brought again."""
