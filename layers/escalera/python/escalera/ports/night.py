"""What a night works with besides the customers: its files, and how a line of the export is read."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from escalera.domain.customer import Customer
from escalera.domain.facts import Fact
from escalera.domain.vocabulary import CustomerId


class NightFiles(Protocol):
    """Files of the nights, by name; names are paths with `/`.

    Errors: `MissingFileError` when there is none of that name, `RetryableError` when the store could not be asked.
    """

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a gzipped file, without their ends, as they are asked for: a file of any size takes little room."""

    def write_lines(self, name: str, lines: Iterable[bytes]) -> None:
        """Write a gzipped file of these lines, over whatever was there."""

    def read(self, name: str) -> Any:
        """The plain JSON in a file."""

    def write(self, name: str, value: Any) -> None:
        """Write plain JSON, over whatever was there."""

    def names(self, prefix: str) -> list[str]:
        """The names that begin so, in their order."""


class ExportReader(Protocol):
    """Understands the lines of the table's export."""

    def owner(self, line: bytes) -> CustomerId | None:
        """Whose record a line holds, if it is one that scores are made from; None for all else."""

    def record(self, line: bytes) -> Customer | Fact | None:
        """What a line holds."""
