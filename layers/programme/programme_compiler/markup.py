"""Whether the tags of an MJML file close, and the parts it includes exist: MJML itself forgives both in silence."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from programme_compiler.problems import Problem
from programme_compiler.source import Text

INCLUDE = re.compile(r"""<mj-include\s[^>]*?path\s*=\s*["']([^"']+)["'][^>]*>""")
_NEVER_CLOSED = frozenset(("area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def markup_problems(text: Text, root: Path) -> Iterator[Problem]:
    """Tags without their other half, and includes that lead nowhere."""
    tags = _Tags()
    # Blanks instead of the template's parts: a `<` in a condition is no tag.
    tags.feed(_TEMPLATE.sub(lambda part: re.sub(r"[^\n]", " ", part[0]), text.content))
    tags.close()
    for tag, line in tags.closed_too_often:
        what = f"`</{tag}>` closes nothing that is open"
        yield Problem(text.path, line, 1, what, f"Delete it, or open <{tag}> before it.")
    for tag, line in (*tags.forgotten, *tags.open):
        yield Problem(text.path, line, 1, f"`<{tag}>` is never closed", f"Add </{tag}> where it ends.")
    folder = (root / text.path).parent
    for found in INCLUDE.finditer(text.content):
        if not (folder / found[1]).is_file():
            mend = "Correct the path: it counts from this file's folder."
            yield text.problem(found.start(), f"there is no file `{found[1]}` to include", mend)


class _Tags(HTMLParser):
    """Keeps the tags that are open, with their lines."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, int]] = []
        self.forgotten: list[tuple[str, int]] = []
        self.closed_too_often: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's
        """Remember it until it closes."""
        if tag not in _NEVER_CLOSED:
            self.open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Closed at once: nothing to remember."""

    def handle_endtag(self, tag: str) -> None:
        """Close the last one of this name; those inside it that stayed open were forgotten."""
        places = [index for index, (name, _) in enumerate(self.open) if name == tag]
        if places:
            self.forgotten += self.open[places[-1] + 1 :]
            del self.open[places[-1] :]
        elif tag not in _NEVER_CLOSED:
            self.closed_too_often.append((tag, self.getpos()[0]))
