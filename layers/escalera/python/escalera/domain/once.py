"""Every key that makes something happen once, made in one place from stable identities.

A key is the first 26 characters of the base32 SHA-256 of its parts (130 bits): short enough for tags and names,
and the same on every machine, for ever. A change here would thank everybody twice.
"""

import hashlib
from base64 import b32encode
from datetime import datetime

from escalera.domain.vocabulary import (
    AnswerId,
    AuditId,
    ComplaintId,
    CustomerId,
    EntryId,
    MessageKey,
    PromiseId,
    RewardId,
    TaskId,
)

# A part can hold neither of these two, so ("a", "bc") and ("ab", "c") never meet.
_SEPARATOR = "\x1f"


def entry_id(journey: str, customer_id: CustomerId, cause_id: str) -> EntryId:
    """One entry per journey, customer and cause."""
    return EntryId(_digest("entry", journey, customer_id, cause_id))


def message_key(customer_id: CustomerId, entry: EntryId, step: str) -> MessageKey:
    """One message per customer, entry and step."""
    return MessageKey(_digest("message", customer_id, entry, step))


def task_id(entry: EntryId, step: str) -> TaskId:
    """One task per entry and step."""
    return TaskId(_digest("task", entry, step))


def reward_id(entry: EntryId, step: str) -> RewardId:
    """One reward per entry and step."""
    return RewardId(_digest("reward", entry, step))


def promise_id(entry: EntryId, step: str) -> PromiseId:
    """One promise per entry and step."""
    return PromiseId(_digest("promise", entry, step))


def answer_id(customer_id: CustomerId, complaint: ComplaintId, form: str, text: str) -> AnswerId:
    """One answer per complaint, form and words, however often the form is sent with these."""
    return AnswerId(_digest("answer", customer_id, complaint, form, text))


def audit_id(what: str, about: str, detail: str, by: str, at: datetime) -> AuditId:
    """One row per change: what became of what, by whom and when."""
    return AuditId(_digest("audit", what, about, detail, by, at.isoformat()))


def complaint_id(customer_id: CustomerId, *said: str) -> ComplaintId:
    """One complaint per customer and what they said it by: a form, or a bad score of an order. Short, to be read out."""
    return ComplaintId(f"C-{_digest('complaint', customer_id, *said)[:8].upper()}")


def guest_id(address: str) -> CustomerId:
    """A customer of whom only an e-mail address or a phone number is known: the same whenever they are imported."""
    return CustomerId(f"guest-{_digest('guest', address.strip().casefold())}")


def told_event_id(name: str, *parts: str) -> str:
    """The id of an event that Escalera tells: the same however often it is told."""
    return f"{name}-{_digest('event', name, *parts)}"


def reward_code(prefix: str, reward: RewardId) -> str:
    """A code that is hard to guess and easy to read out: no 0, O, 1, I, L, U among its letters."""
    alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = int.from_bytes(hashlib.sha256(f"code{_SEPARATOR}{reward}".encode()).digest())
    letters = []
    for _ in range(6):
        number, index = divmod(number, len(alphabet))
        letters.append(alphabet[index])
    return f"{prefix}-{''.join(letters)}"


def address_digest(address: str) -> str:
    """Stands for an address where the address itself must not stand. Case and outer space do not matter."""
    return hashlib.sha256(address.strip().casefold().encode()).hexdigest()


def share_of(customer_id: CustomerId, salt: str) -> float:
    """A number in [0, 1) that is the customer's own for this salt: below the holdout's share, they are in it."""
    return int.from_bytes(hashlib.sha256(f"{salt}{_SEPARATOR}{customer_id}".encode()).digest()[:8]) / 2**64


def _digest(*parts: str) -> str:
    return b32encode(hashlib.sha256(_SEPARATOR.join(parts).encode()).digest()).decode().lower()[:26]
