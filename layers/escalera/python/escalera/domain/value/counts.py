"""What the fits need of a base of customers: equal rows once, with how many customers share them.

Both kinds add up: parts of a base may be counted apart, in any grouping, and their sum is the same to the last bit.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

_BITS = 20
_MOST = 1 << _BITS  # of days, and of repeat purchases: three of them fit into one sortable integer


@dataclass(frozen=True, slots=True, eq=False)
class PurchaseCounts:
    """Rows (x, t_x, T) in ascending order, each once; times in whole days."""

    frequency: Integers
    recency: Integers
    age: Integers
    customers: Integers
    """How many customers share the row."""

    @classmethod
    def of(cls, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Self:
        """Count customers, one per place in the three arrays (any integers; days).

        ValueError says which place is impossible: a last purchase after the end, a recency without a repeat.
        """
        x, t_x, T = (_integers(name, values) for name, values in _named(frequency, recency, age))
        _refuse(t_x > T, "the last purchase (recency) is after the end (age)")
        _refuse((x == 0) & (t_x > 0), "without a repeat purchase the recency is 0")
        return cls._grouped(_packed(x, t_x, T), np.ones(len(x), np.int64))

    @classmethod
    def combined(cls, parts: Iterable[Self]) -> Self:
        """The sum of any number of parts, in one pass."""
        every = list(parts)
        if not every:
            return cls.of([], [], [])
        packed = np.concatenate([_packed(one.frequency, one.recency, one.age) for one in every])
        return cls._grouped(packed, np.concatenate([one.customers for one in every]))

    @classmethod
    def _grouped(cls, packed: Integers, customers: Integers) -> Self:
        rows, place = np.unique(packed, return_inverse=True)
        shared = np.bincount(place, weights=customers, minlength=len(rows)).astype(np.int64)
        low = _MOST - 1
        return cls(rows >> 2 * _BITS, (rows >> _BITS) & low, rows & low, shared)

    def __add__(self, other: Self) -> Self:
        return self.combined([self, other])

    @property
    def total(self) -> int:
        """How many customers."""
        return int(self.customers.sum())

    @property
    def repeat_buyers(self) -> int:
        """How many of them bought on more than one day."""
        return int(self.customers[self.frequency > 0].sum())

    def to_bytes(self) -> bytes:
        """To keep or send: numpy's own format, compressed."""
        return _bytes(frequency=self.frequency, recency=self.recency, age=self.age, customers=self.customers)

    @classmethod
    def from_bytes(cls, kept: bytes) -> Self:
        """What `to_bytes` gave."""
        return cls(**_arrays(kept))


@dataclass(frozen=True, slots=True, eq=False)
class SpendCounts:
    """Rows (x, mean spend of a repeat purchase) in ascending order, each once; only those the spend model looks at."""

    frequency: Integers
    mean: Floats
    customers: Integers
    """How many customers share the row."""
    left_out: int = 0
    """Repeat buyers whose mean is not positive: a gamma distribution has no place for them (Fader & Hardie 2013)."""

    @classmethod
    def of(cls, frequency: ArrayLike, mean: ArrayLike) -> Self:
        """Count customers, one per place in the two arrays; those who bought once are passed over."""
        x, m = _integers("frequency", frequency), np.asarray(mean, np.float64)
        if x.shape != m.shape:
            raise ValueError(f"frequency and mean differ in length: {x.shape} and {m.shape}")
        _refuse(~np.isfinite(m), "the mean spend is not a number")
        repeats, usable = x > 0, (x > 0) & (m > 0)
        left_out = int(repeats.sum() - usable.sum())
        return cls._grouped(x[usable], m[usable], np.ones(int(usable.sum()), np.int64), left_out)

    @classmethod
    def combined(cls, parts: Iterable[Self]) -> Self:
        """The sum of any number of parts, in one pass."""
        every = list(parts)
        if not every:
            return cls.of([], [])
        return cls._grouped(
            np.concatenate([one.frequency for one in every]),
            np.concatenate([one.mean for one in every]),
            np.concatenate([one.customers for one in every]),
            sum(one.left_out for one in every),
        )

    @classmethod
    def _grouped(cls, x: Integers, mean: Floats, customers: Integers, left_out: int) -> Self:
        order = np.lexsort((mean, x))
        x, mean, customers = x[order], mean[order], customers[order]
        fresh = np.ones(len(x), bool)
        fresh[1:] = (x[1:] != x[:-1]) | (mean[1:] != mean[:-1])
        starts = np.flatnonzero(fresh)
        shared = np.add.reduceat(customers, starts) if len(starts) else customers
        return cls(x[starts], mean[starts], shared, left_out)

    def __add__(self, other: Self) -> Self:
        return self.combined([self, other])

    @property
    def total(self) -> int:
        """How many customers the spend model looks at."""
        return int(self.customers.sum())

    @property
    def mean_of_purchases(self) -> float:
        """What a repeat purchase brings on average; 0 if there is none."""
        purchases = self.frequency * self.customers
        return float(np.average(self.mean, weights=purchases)) if len(purchases) else 0.0

    def to_bytes(self) -> bytes:
        """To keep or send: numpy's own format, compressed."""
        return _bytes(
            frequency=self.frequency,
            mean=self.mean,
            customers=self.customers,
            left_out=np.array(self.left_out),
        )

    @classmethod
    def from_bytes(cls, kept: bytes) -> Self:
        """What `to_bytes` gave."""
        arrays = _arrays(kept)
        return cls(left_out=int(arrays.pop("left_out")), **arrays)


def _named(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> list[tuple[str, ArrayLike]]:
    lengths = {np.shape(values) for values in (frequency, recency, age)}
    if len(lengths) > 1:
        raise ValueError(f"frequency, recency and age differ in length: {sorted(lengths)}")
    return [("frequency", frequency), ("recency", recency), ("age", age)]


def _integers(name: str, values: ArrayLike) -> Integers:
    given = np.asarray(values)
    whole = given.astype(np.int64)
    _refuse(whole != given, f"{name} is not a whole number")
    _refuse((whole < 0) | (whole >= _MOST), f"{name} is below 0, or beyond {_MOST - 1:,}")
    return whole


def _refuse(wrong: NDArray[np.bool_], what: str) -> None:
    places = np.flatnonzero(wrong)
    if len(places):
        raise ValueError(f"customer {places[0]} (counted from 0): {what}; {len(places)} such in all")


def _packed(x: Integers, t_x: Integers, T: Integers) -> Integers:
    return (x << 2 * _BITS) | (t_x << _BITS) | T


def _bytes(**arrays: NDArray[Any]) -> bytes:
    kept = io.BytesIO()
    np.savez_compressed(kept, allow_pickle=False, **arrays)
    return kept.getvalue()


def _arrays(kept: bytes) -> dict[str, Any]:
    with np.load(io.BytesIO(kept), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
