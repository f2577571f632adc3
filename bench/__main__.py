"""`make bench`: measures everything once, prints it, and keeps it in bench/results.json and bench/cost.md.

All of it is CPU time of this run or counted; nothing is timed by the clock on the wall, and nothing is asserted about
speed. `--only cold,life` measures a part and keeps nothing.
"""

import argparse
import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from bench import report
from bench.cold import cold_starts
from bench.life import Life
from bench.render import rendering
from bench.sweep import sweeps
from bench.warm import alone, mails, purchases

SECTIONS: dict[str, Callable[[], Any]] = {
    "purchases": purchases,
    "purchase without botocore": alone,
    "mails": mails,
    "life": lambda: Life().live(),
    "rendering": rendering,
    "sweeps": sweeps,
    "cold starts": cold_starts,
}


def main() -> int:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="What Escalera costs, measured.")
    parser.add_argument("--only", help=f"some of: {', '.join(SECTIONS)}; separated by commas, and not kept")
    wanted = parser.parse_args().only
    names = [
        name for name in SECTIONS if not wanted or any(name.startswith(one) for one in wanted.split(","))
    ]
    progress = Console(stderr=True)
    results: dict[str, Any] = {"machine": _machine()}
    for name in names:
        progress.print(f"measuring {name} ...", style="dim")
        results[name] = SECTIONS[name]()
    if wanted:
        progress.print_json(data=results)
        return 0
    report.show(results)
    report.write(results)
    return 0


def _machine() -> dict[str, Any]:
    return {
        "on": f"{datetime.now(UTC):%Y-%m-%d}",
        "python": platform.python_version(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
    }


if __name__ == "__main__":
    sys.exit(main())
