"""What a look finds: how it stands, and what to do about it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

Client = Callable[[str], Any]
"""Makes a client of an AWS service."""


class Standing(StrEnum):
    """How something stands."""

    OK = "ok"
    WARN = "warn"
    """It works, but not well, or not for long."""
    MISSING = "missing"
    """Escalera cannot do its work without it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor."""

    subject: str
    standing: Standing
    found: str
    todo: str = ""

    def plain(self) -> dict[str, str]:
        """As JSON."""
        return {name: str(value) for name, value in asdict(self).items()}


Look = Callable[[], Iterable[Finding]]


def looked(subject: str, look: Look) -> Iterator[Finding]:
    """What a look finds; where AWS refuses to answer, that is what was found."""
    try:
        yield from look()
    except (BotoCoreError, ClientError) as error:
        todo = "Look with credentials that may read this, or check the region."
        yield Finding(subject, Standing.WARN, f"could not be looked at: {error}", todo)


def ok(subject: str, found: str) -> Finding:
    """All is well."""
    return Finding(subject, Standing.OK, found)


def warn(subject: str, found: str, todo: str) -> Finding:
    """It works, but."""
    return Finding(subject, Standing.WARN, found, todo)


def missing(subject: str, found: str, todo: str) -> Finding:
    """It does not work yet."""
    return Finding(subject, Standing.MISSING, found, todo)
