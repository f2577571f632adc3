"""Sealed texts: whoever holds one can read it, only we can have made it, and each is good for one use only.

A sealed text is `<key id>.<payload>.<seal>`: payload and seal in small letters and digits (RFC 4648 base32, unpadded),
which no mail program folds, nor clips at the end of a line; the seal is HMAC-SHA256 (RFC 2104, FIPS 180-4) over use,
key id and payload, of which 160 bits are kept. Links to a customer's pages and the sessions of staff are made of them.
"""

import hmac
from base64 import b32decode, b32encode
from collections.abc import Mapping
from dataclasses import dataclass, field

from escalera.domain.errors import PermanentError

_SEAL_BYTES = 20
_SMALLEST_KEY = 32


class SealBrokenError(PermanentError):
    """The text was not sealed by us for this use, or it was changed since."""


class KeyRingError(PermanentError, ValueError):
    """What was kept as keys is no ring that could seal safely; the text says why, and no key."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by id. New seals are made with the current one; the others still open what they sealed."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        if self.current not in self.keys:
            raise KeyRingError(f"the key ring has no key {self.current!r}, which it calls its current one")
        for key_id, key in self.keys.items():
            if not (key_id.isalnum() and key_id.isascii()):
                raise KeyRingError(f"the key id {key_id!r} is not made of letters and digits")
            if len(key) < _SMALLEST_KEY:
                raise KeyRingError(f"key {key_id!r} has {len(key)} bytes: {_SMALLEST_KEY} are the least")

    @classmethod
    def from_json(cls, kept: object) -> "KeyRing":
        """Out of `{"current": "1", "1": "<a long random text>", ...}`."""
        if not isinstance(kept, Mapping):
            raise KeyRingError(
                'the key ring is no JSON object: write it as {"current": "1", "1": "<a long random text>"}'
            )
        keys = {str(key_id): str(key).encode() for key_id, key in kept.items() if key_id != "current"}
        return cls(str(kept.get("current", "")), keys)


def seal(payload: bytes, *, use: str, ring: KeyRing) -> str:
    """The payload, sealed for a use. It stays readable: nothing secret belongs into it."""
    return f"{ring.current}.{_written(payload)}.{_seal_of(payload, use, ring.current, ring)}"


def unseal(text: str, *, use: str, ring: KeyRing) -> bytes:
    """The payload; SealBrokenError for whatever was not sealed for this very use with a key of the ring."""
    key_id, _, rest = text.partition(".")
    payload, _, found = rest.partition(".")
    if key_id not in ring.keys:
        raise SealBrokenError("the text was not sealed with any key of ours")
    try:
        content = _read(payload)
    except ValueError as error:
        raise SealBrokenError("the text is not a sealed one: it was cut or changed on its way") from error
    # In constant time: how long it takes must not tell how much of a guess was right.
    told = hmac.compare_digest(found.encode(), _seal_of(content, use, key_id, ring).encode())
    if not told or _written(content) != payload:
        raise SealBrokenError("the seal does not fit: the text was changed, or sealed for another use")
    return content


def _seal_of(payload: bytes, use: str, key_id: str, ring: KeyRing) -> str:
    # Lengths first: no two of use, key id and payload can be told apart otherwise.
    told = f"{len(use)}:{use}{len(key_id)}:{key_id}".encode() + payload
    return _written(hmac.digest(ring.keys[key_id], told, "sha256")[:_SEAL_BYTES])


def _written(data: bytes) -> str:
    return b32encode(data).decode().rstrip("=").lower()


def _read(text: str) -> bytes:
    if not text.isascii():
        raise ValueError("only ASCII letters can stand here")
    return b32decode(text.upper() + "=" * (-len(text) % 8))
