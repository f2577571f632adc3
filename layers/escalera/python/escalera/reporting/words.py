"""The report's sentences and figures in its reader's language: who says them, and how figures are written there."""

from datetime import date
from typing import Protocol

from escalera.domain.vocabulary import Language

UNKNOWN = "–"
"""Stands where a figure cannot be told."""


class Words(Protocol):
    """One language and currency. The English sentences stand in the code, and are the keys of the others."""

    language: Language
    currency: str

    def say(self, sentence: str, **values: object) -> str:
        """The sentence in this language, with its `{values}` filled in."""

    def percent(self, share: float | None, digits: int = 0) -> str:
        """A share of 0.415 as `42 %`."""

    def points(self, difference: float) -> str:
        """The difference of two shares in percentage points, signed."""

    def signed_percent(self, change: float) -> str:
        """A relative change, signed."""

    def number(self, value: float | None, digits: int = 0) -> str:
        """A number with so many decimals."""

    def money(self, minor: float | None, *, whole: bool = False, currency: str | None = None) -> str:
        """An amount in minor units; `whole` leaves cents out."""

    def day(self, day: date) -> str:
        """A date in full."""

    def short_day(self, day: date) -> str:
        """A date in few letters."""

    def month(self, month: str) -> str:
        """`2026-03` as people of this language shorten it."""
