"""What is wrong in the programme's files, said so that whoever wrote them can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong: where, what, and how to mend it. `path` is relative to the programme's folder."""

    path: Path
    line: int
    column: int
    what: str
    mend: str

    def __str__(self) -> str:
        """The problem in one line: `file:line: what. How to mend it.`."""
        return f"{self.path}:{self.line}: {_sentence(self.what)} {_sentence(self.mend)}".rstrip()


def did_you_mean(word: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """A suggestion for a word nobody knows, or the list of those that are known."""
    listed = sorted(known)
    close = get_close_matches(word, listed, n=1, cutoff=0.6)
    if close:
        return f"Did you mean `{close[0]}`?"
    if not listed:
        return otherwise
    return f"Known here: {', '.join(listed)}." + (f" {otherwise}" if otherwise else "")


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".?!" else f"{text}."
