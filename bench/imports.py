"""How many rows of a shop's past are taken in a CPU second, and how memory goes with the size of the file."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINES = (50_000, 500_000, 1_000_000)
_NEVER_TIRED = 900


def imports() -> dict[str, dict[str, float]]:
    """By number of order lines, each in a process of its own: CPU s of each step, rows a CPU s, and peak memory."""
    return {f"{lines:,}": _of(lines) for lines in LINES}


def _of(lines: int) -> dict[str, float]:
    said = subprocess.run(
        [sys.executable, "-m", "bench.imports_child", str(lines)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=_NEVER_TIRED,
        check=False,
    )
    if said.returncode:
        raise AssertionError(f"the import of {lines} lines ended badly:\n{said.stderr}")
    told: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    return told
