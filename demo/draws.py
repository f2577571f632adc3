"""Seeded choices that depend on their key alone, never on the order in which they are made.

`random` gives other values when one more is drawn before; a hash of (seed, what for, which id) does not, so
one customer's invented details stay the same whoever else is in the cut, on every version of Python.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TypeVar

SEED = "escalera-2010"
T = TypeVar("T")


def number(*key: str) -> int:
    """A 64-bit integer for this key."""
    return int.from_bytes(sha256("|".join((SEED, *key)).encode()).digest()[:8])


def share(*key: str) -> float:
    """A number in [0, 1) for this key, evenly spread over keys."""
    return (number(*key) >> 11) / (1 << 53)


def chance(probability: float, *key: str) -> bool:
    """Say yes with this probability."""
    return share(*key) < probability


def pick(options: Sequence[T], *key: str) -> T:
    """One of the options, each as likely as another."""
    return options[int(share(*key) * len(options))]


def weighted(options: Sequence[tuple[T, float]], *key: str) -> T:
    """One of the options, each as likely as its weight says; the weights need not sum to one."""
    left = share(*key) * sum(weight for _, weight in options)
    for option, weight in options:
        left -= weight
        if left < 0:
            return option
    return options[-1][0]


def between(low: datetime, high: datetime, *key: str) -> datetime:
    """A moment between two others, in whole seconds."""
    seconds = int((high - low).total_seconds() * share(*key))
    return low + timedelta(seconds=seconds)


def instant(moment: datetime) -> str:
    """The moment as the bus writes it: ISO 8601, UTC, whole seconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
