"""Durations as people write them: `90s`, `15m`, `1h`, `5d`, `2w`; inside, whole seconds."""

import re

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_WRITTEN = re.compile(r"([0-9]{1,9})([smhdw])")

YEAR = 365 * _SECONDS["d"]


def parse_duration(written: str) -> int:
    """Seconds in a duration such as `5d`; ValueError, saying how to write one, for anything else."""
    match = _WRITTEN.fullmatch(written)
    if match is None:
        message = f"`{written}` is not a duration: write a whole number and one of s, m, h, d, w, such as 90s, 1h or 5d"
        raise ValueError(message)
    return int(match[1]) * _SECONDS[match[2]]


def write_duration(seconds: int) -> str:
    """The shortest way to write so many seconds with one unit: 432000 is `5d`."""
    for unit, size in _SECONDS.items():
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
