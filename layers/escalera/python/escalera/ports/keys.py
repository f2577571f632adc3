"""Where the keys are kept by which links and sessions are sealed."""

from typing import Protocol

from escalera.domain.seals import KeyRing


class SealKeys(Protocol):
    """The ring of keys, read once by each process.

    Errors: `StoreBusyError` when it could not be read just now; `KeyRingError` when what is kept is no ring.
    """

    def ring(self) -> KeyRing:
        """The keys, and which of them seals."""
