"""Who has an address, and what is said there."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from escalera.domain.closings import Address, Closing, Closings
from escalera.domain.vocabulary import CustomerId


class AddressBook(Protocol):
    """The addresses of all customers. Reads are strongly consistent; StoreBusyError when the store throttles.

    A closing is noted before its holders are asked for, and a holder kept before closings are looked at (`Projections`): so of a STOP
    and a registration at the same time, one finds the other.
    """

    def close(self, address: Address, closing: Closing, at: datetime) -> None:
        """Note what was said at an address, whoever has it; the last time counts."""

    def said(self, address: Address) -> Closings:
        """What was said at an address, and when last; empty if nothing was."""

    def holders(self, address: Address) -> Iterator[CustomerId]:
        """Everybody for whom it was ever registered, each once; some may have another by now."""
