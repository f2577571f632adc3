"""The one list of mends: each names the upstream function it changes and how that function looked."""

import hashlib
import importlib
import importlib.metadata
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import MINISTACK_VERSION
from .settings import Settings


@dataclass(frozen=True)
class Mend:
    """One gap of MiniStack that matters to Escalera, and the function that closes it."""

    name: str
    gap: str
    seen: dict[str, str]
    apply: Callable[[Settings], None]


MENDS: list[Mend] = []


def mend(
    gap: str, seen: dict[str, str]
) -> Callable[[Callable[[Settings], None]], Callable[[Settings], None]]:
    """Register a mend; `seen` maps the upstream functions it was written against to the digests of their source."""

    def register(apply: Callable[[Settings], None]) -> Callable[[Settings], None]:
        MENDS.append(Mend(apply.__name__, gap, seen, apply))
        return apply

    return register


def digest(place: str) -> str:
    """Give the first 12 hex digits of the SHA-256 of an upstream function's source."""
    *module, name = place.split(".")
    holder: Any = importlib.import_module("ministack." + ".".join(module))
    return hashlib.sha256(inspect.getsource(getattr(holder, name)).encode()).hexdigest()[:12]


def changed_upstream() -> list[str]:
    """Say for each mend whose upstream place no longer looks as it did when the mend was written."""
    return [
        f"{entry.name}: ministack.{place} was {seen}, is {now} ({entry.gap})"
        for entry in MENDS
        for place, seen in entry.seen.items()
        if (now := digest(place)) != seen
    ]


def refuse_other_version() -> None:
    """Stop with a clear word unless the MiniStack at hand is the one these mends were written for."""
    found = importlib.metadata.version("ministack")
    if found != MINISTACK_VERSION:
        raise SystemExit(
            f"The local stack mends MiniStack {MINISTACK_VERSION}, but {found} is installed. Install the locked "
            "environment again, or look through the mends in escalera_cli/local_stack/emulator first."
        )


def apply_all(settings: Settings) -> None:
    """Apply every registered mend, in the order in which the rooms were imported."""
    for entry in MENDS:
        entry.apply(settings)
