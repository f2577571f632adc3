"""Links into the customer's own pages: sealed, expiring, each for one purpose, so that nobody has to log in."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from escalera.domain.errors import PermanentError
from escalera.domain.once import address_digest
from escalera.domain.seals import KeyRing, SealBrokenError, seal, unseal
from escalera.domain.vocabulary import CustomerId, MessageChannel

_USE = "link"
_FORM = b"1"
"""How a payload is laid out: purpose, expiry in seconds, customer and subject."""
_MARKED = b"2"
"""The same with a mark of the address between expiry and customer."""
_MARK_BYTES = 6
_INSTANT_BYTES = 5
_SEPARATOR = "\x1f"
_LONGEST = 2000
"""Two ids of 128 signs in whatever letters fit, and nobody makes us work through a megabyte."""


class LinkPurpose(StrEnum):
    """What a link opens; it opens nothing else. The value is the page's place under the portal's address."""

    PREFERENCES = "preferences"
    UNSUBSCRIBE = "unsubscribe"
    OPINION = "opinion"
    COMPLAIN = "complain"
    DATA = "data"
    CONFIRM = "confirm"
    """A new address of the customer's: it is sent there alone."""
    TAKE_BACK = "take-back"
    """The former address, after a change."""


_LETTERS = {
    LinkPurpose.PREFERENCES: b"p",
    LinkPurpose.UNSUBSCRIBE: b"u",
    LinkPurpose.OPINION: b"o",
    LinkPurpose.COMPLAIN: b"c",
    LinkPurpose.DATA: b"d",
    LinkPurpose.CONFIRM: b"k",
    LinkPurpose.TAKE_BACK: b"b",
}
_PURPOSES = {letter: purpose for purpose, letter in _LETTERS.items()}

LIFETIMES: Mapping[LinkPurpose, timedelta] = {
    # Who looks for the way out finds it in any mail they kept.
    LinkPurpose.PREFERENCES: timedelta(days=731),
    LinkPurpose.UNSUBSCRIBE: timedelta(days=731),
    LinkPurpose.OPINION: timedelta(days=180),
    LinkPurpose.COMPLAIN: timedelta(days=366),
    # It shows all that is known, and erases it: a mail forwarded long after must not.
    LinkPurpose.DATA: timedelta(days=7),
    # Time enough to look into the other mailbox.
    LinkPurpose.CONFIRM: timedelta(hours=48),
    # Who is on holiday still finds the notice in time.
    LinkPurpose.TAKE_BACK: timedelta(days=14),
}


class LinkError(PermanentError):
    """A link that opens nothing."""


class ForgedLinkError(LinkError):
    """It was not made here, or something of it was lost or changed."""


class ExpiredLinkError(LinkError):
    """It was made here and is too old."""


class WrongPageError(LinkError):
    """It was made here, for another page."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a token says. `subject` is the order it is about, or the channel; empty when about the customer as such."""

    purpose: LinkPurpose
    customer_id: CustomerId
    expires_at: datetime
    subject: str = ""
    mark: bytes = b""
    """Of the address it was sent to (`address_mark`); empty where it opens the same whoever was sent it."""

    @property
    def made_at(self) -> datetime:
        """When it was made, to the second."""
        return self.expires_at - LIFETIMES[self.purpose]


def address_mark(channel: MessageChannel, address: str) -> bytes:
    """A few bytes that stand for an address in a link: enough to tell a customer's addresses from each other."""
    return hashlib.sha256(f"{channel.value}{_SEPARATOR}{address_digest(address)}".encode()).digest()[
        :_MARK_BYTES
    ]


def expiry_of(purpose: LinkPurpose, now: datetime) -> datetime:
    """Until when a link of this purpose that is made now works."""
    return now + LIFETIMES[purpose]


def make_token(link: Link, ring: KeyRing) -> str:
    """The link as text, sealed with the ring's current key; the expiry counts in whole seconds."""
    expires = int(link.expires_at.timestamp()).to_bytes(_INSTANT_BYTES)
    names = f"{link.customer_id}{_SEPARATOR}{link.subject}".encode()
    form = _MARKED if link.mark else _FORM
    return seal(form + _LETTERS[link.purpose] + expires + link.mark + names, use=_USE, ring=ring)


def read_token(token: str, purpose: LinkPurpose, ring: KeyRing, now: datetime) -> Link:
    """The link behind the text.

    ForgedLinkError, WrongPageError, ExpiredLinkError: in this order, so nothing is said of what we did not make.
    """
    link = _authentic(token, ring)
    if link.purpose is not purpose:
        raise WrongPageError(f"a link to {link.purpose.value} does not open {purpose.value}")
    if now >= link.expires_at:
        raise ExpiredLinkError(f"a link to {link.purpose.value} that ended at {link.expires_at.isoformat()}")
    return link


def _authentic(token: str, ring: KeyRing) -> Link:
    if len(token) > _LONGEST:
        raise ForgedLinkError(f"a link of {len(token)} letters: ours have {_LONGEST} at most")
    try:
        payload = unseal(token, use=_USE, ring=ring)
    except SealBrokenError as error:
        raise ForgedLinkError(f"no link of ours: {error}") from error
    if payload[:1] not in (_FORM, _MARKED) or payload[1:2] not in _PURPOSES:
        raise ForgedLinkError("a link of a form that this release does not read")
    return _read(payload[1:], _MARK_BYTES if payload[:1] == _MARKED else 0)


def _read(body: bytes, marked: int) -> Link:
    purpose = _PURPOSES[body[:1]]
    expires = datetime.fromtimestamp(int.from_bytes(body[1 : 1 + _INSTANT_BYTES]), UTC)
    rest = body[1 + _INSTANT_BYTES :]
    customer_id, _, subject = rest[marked:].decode().partition(_SEPARATOR)
    return Link(purpose, CustomerId(customer_id), expires, subject, rest[:marked])
