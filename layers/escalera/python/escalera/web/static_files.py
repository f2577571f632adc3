"""Style sheets and scripts, under addresses that change with their content and may therefore be kept for ever."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PREFIX = "/static/"
KEPT = "public, max-age=31536000, immutable"
NOT_KEPT = "no-cache"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ico": "image/x-icon",
    ".png": "image/png",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is answered."""

    content: bytes
    content_type: str
    cache_control: str


class StaticFiles:
    """The files of these folders, by name; of two of the same name the one of the later folder.

    A file is looked up among those that were there at the start, never on disk by what a visitor asks for.
    """

    def __init__(self, *folders: Path) -> None:
        self._paths = {
            path.relative_to(folder).as_posix(): path
            for folder in folders
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix in _TYPES
        }

    @cached_property
    def digest(self) -> str:
        """Stands for the content of all files."""
        content = hashlib.sha256()
        for name, path in sorted(self._paths.items()):
            content.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
        return content.hexdigest()[:16]

    def address(self, name: str) -> str:
        """Where a page finds the file; KeyError for a file that is not there: a template names something wrong."""
        if name not in self._paths:
            raise KeyError(
                f"there is no static file {name}: these there are: {', '.join(sorted(self._paths))}"
            )
        return f"{PREFIX}{self.digest}/{name}"

    def find(self, address: str) -> StaticFile | None:
        """The file at an address; None if there is none.

        The address of an earlier release gets the present file, not to be kept: a page may be older than its style.
        """
        digest, _, name = address.removeprefix(PREFIX).partition("/")
        path = self._paths.get(name)
        if path is None or not address.startswith(PREFIX):
            return None
        return StaticFile(path.read_bytes(), _TYPES[path.suffix], KEPT if digest == self.digest else NOT_KEPT)
