"""How long a text message is, as the networks count it (3GPP TS 23.038, GSM 7-bit default alphabet; else UCS-2)."""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_ONE_SEGMENT = {"GSM-7": 160, "UCS-2": 70}
_OF_SEVERAL = {"GSM-7": 153, "UCS-2": 67}
# Typographic signs people and formatters put in; each has a plain twin of the same meaning.
_TWINS = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " ", "\u202f": " "}
)


class SmsSize(NamedTuple):
    """`units` of `alphabet`, in so many `segments`; each segment is paid for."""

    alphabet: str
    units: int
    segments: int

    @property
    def room(self) -> int:
        """The units that fit into one segment."""
        return _ONE_SEGMENT[self.alphabet]


def sms_size(text: str) -> SmsSize:
    """The size of the text: 160 units fit in one GSM-7 segment, 70 in one of UCS-2 (any other letter: á, í, ã...)."""
    if needs_ucs2(text):
        return _size("UCS-2", [len(sign.encode("utf-16-be")) // 2 for sign in text])
    return _size("GSM-7", [2 if sign in _EXTENDED else 1 for sign in text])


def needs_ucs2(text: str) -> str:
    """The signs the GSM alphabet lacks, each once; empty when it has them all."""
    return "".join(dict.fromkeys(sign for sign in text if sign not in _BASIC and sign not in _EXTENDED))


def plain_letters(text: str) -> str:
    """The text with each sign the GSM alphabet lacks put plainly: `María` becomes `Maria`, `José` stays.

    For values that arrive at the moment of sending (a name, a date): one accent would more than halve the room.
    """
    return "".join(_plain(sign) for sign in text.translate(_TWINS))


def _plain(sign: str) -> str:
    if not needs_ucs2(sign):
        return sign
    base = "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    return base if base and not needs_ucs2(base) else sign


def _size(alphabet: str, signs: Sequence[int]) -> SmsSize:
    """Of signs of one unit or two. A sign of two (an escape pair, a surrogate pair) stays whole in its segment."""
    units = sum(signs)
    if units <= _ONE_SEGMENT[alphabet]:
        return SmsSize(alphabet, units, 1)
    segments, room = 1, _OF_SEVERAL[alphabet]
    for sign in signs:
        if sign > room:
            segments, room = segments + 1, _OF_SEVERAL[alphabet]
        room -= sign
    return SmsSize(alphabet, units, segments)
