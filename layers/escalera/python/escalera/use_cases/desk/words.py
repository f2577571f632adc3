"""What people type into a form, as it is kept."""

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_MANY_EMPTY = re.compile(r"\n{3,}")


def as_written(text: str, *, most: int) -> str:
    """The text with its lines, without what nobody sees; cut after `most` signs.

    Lines end alike, rows of empty lines become one; control signs, and those that turn the direction of writing, go.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    shown = "\n".join(line.rstrip() for line in _CONTROL.sub("", lines).split("\n"))
    return _MANY_EMPTY.sub("\n\n", shown).strip()[:most].rstrip()


def in_one_line(text: str, *, most: int) -> str:
    """The same where it is a name: blanks of every kind become one blank."""
    return " ".join(as_written(text, most=most).split())
