"""The addresses of customers kept in memory."""

from collections.abc import Iterator
from datetime import datetime

from escalera.adapters.memory.customers import InMemoryCustomerRepository
from escalera.domain.closings import Address, Closing, Closings
from escalera.domain.vocabulary import CustomerId


class InMemoryAddressBook:
    """An `AddressBook` over the same store as the customers."""

    def __init__(self, customers: InMemoryCustomerRepository) -> None:
        self._store = customers.store

    def close(self, address: Address, closing: Closing, at: datetime) -> None:
        """Note what was said at an address; the last time counts."""
        with self._store.lock:
            said = self._store.closings.setdefault(address, {})
            said[closing] = max(said.get(closing, at), at)

    def said(self, address: Address) -> Closings:
        """What was said at an address."""
        with self._store.lock:
            return dict(self._store.closings.get(address, {}))

    def holders(self, address: Address) -> Iterator[CustomerId]:
        """Everybody for whom it was ever registered, each once."""
        with self._store.lock:
            told = sorted(self._store.addresses.get(address, ()))
        yield from dict.fromkeys(customer_id for _, customer_id in told)
