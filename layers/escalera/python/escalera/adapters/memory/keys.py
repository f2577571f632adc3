"""A ring of keys that is simply there."""

from escalera.domain.seals import KeyRing


class InMemorySealKeys:
    """`SealKeys` of one ring."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def ring(self) -> KeyRing:
        """The keys, and which of them seals."""
        return self._ring
