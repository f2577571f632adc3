"""The shop's own look of its customers' pages: one style sheet, which may load nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

from programme_compiler.problems import Problem
from programme_compiler.source import Source

PLACE = Path("brand/pages.css")
_LOADS = re.compile(r"@import\b|\burl\s*\(|\bimage-set\s*\(", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def page_style(root: Path) -> str:
    """The style sheet of the programme in this folder; empty where the shop has none."""
    path = root / PLACE
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def page_style_problems(source: Source) -> Iterator[Problem]:
    """What the pages' own policy would not let a browser do: no page of a customer's tells others that it was opened."""
    content = _COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), page_style(source.root))
    for found in _LOADS.finditer(content):
        line = content.count("\n", 0, found.start()) + 1
        column = found.start() - (content.rfind("\n", 0, found.start()) + 1) + 1
        what = f"`{found[0]}` would load something, and the customers' pages load nothing from elsewhere"
        yield Problem(PLACE, line, column, what, "Take it out: colours, letters and spaces are yours to set.")
