"""Who has an address, and what was said there."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from escalera.domain.closings import Address, Closing, Closings
from escalera.domain.vocabulary import CustomerId


class AddressBook(Protocol):
    """The addresses of all customers. Reads are strongly consistent; StoreBusyError when the store throttles.

    A closing is noted before its holders are asked for, and a holder kept before closings are asked for: so of a STOP
    and a registration at the same time, one finds the other.
    """

    def close(self, address: Address, closing: Closing, at: datetime) -> None:
        """Note what was said at an address, whoever has it; the last time counts."""

    def closings(self, addresses: Iterable[Address]) -> Mapping[Address, Closings]:
        """What was said at each; addresses at which nothing was said are missing from the answer."""

    def holders(self, address: Address) -> Iterator[CustomerId]:
        """Everybody for whom it was ever registered, each once; some may have another by now."""
