"""Files kept in memory."""

import gzip
import json
from collections.abc import Iterable, Iterator
from typing import Any

from escalera.domain.errors import MissingFileError


class InMemoryNightFiles:
    """`NightFiles` without a store behind it; `content` holds each file's bytes."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a gzipped file."""
        yield from gzip.decompress(self._get(name)).split(b"\n")[:-1]

    def write_lines(self, name: str, lines: Iterable[bytes]) -> None:
        """Write a gzipped file of these lines."""
        self.content[name] = gzip.compress(b"".join(line + b"\n" for line in lines), 1, mtime=0)

    def read(self, name: str) -> Any:
        """The plain JSON in a file."""
        return json.loads(self._get(name))

    def write(self, name: str, value: Any) -> None:
        """Write plain JSON."""
        self.content[name] = json.dumps(value, separators=(",", ":")).encode()

    def names(self, prefix: str) -> list[str]:
        """The names that begin so."""
        return sorted(name for name in self.content if name.startswith(prefix))

    def _get(self, name: str) -> bytes:
        if name not in self.content:
            raise MissingFileError(f"there is no {name} among the night's files: run the night again")
        return self.content[name]
