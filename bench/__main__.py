"""`make bench`: measures, prints what it measured, and keeps it in bench/results.json and bench/cost.md.

    make bench                                    everything
    make bench ARGS="purchases cold --runs 3"     some parts, three times: the medians take the place of those parts

All of it is CPU time of this run or counted (but `event to send`, which goes by the clock on the wall), and nothing is
asserted about speed.
"""

import argparse
import sys
from collections.abc import Callable
from typing import Any

from rich.console import Console

from bench import report
from bench.cold import cold_starts
from bench.event_to_send import event_to_send
from bench.faults import faults
from bench.fuzz import fuzz
from bench.imports import imports
from bench.killed import killed
from bench.life import Life
from bench.night import nights
from bench.pages import pages
from bench.render import rendering
from bench.results import circumstances, keep, kept, median_of, merged, pace
from bench.sweep import sweeps
from bench.value import value
from bench.warm import alone, mails, purchases

SECTIONS: dict[str, Callable[[], Any]] = {
    "purchases": purchases,
    "purchase without botocore": alone,
    "mails": mails,
    "life": lambda: Life().live(),
    "rendering": rendering,
    "sweeps": sweeps,
    "nights": nights,
    "imports": imports,
    "value": value,
    "cold starts": cold_starts,
    "event to send": event_to_send,
    "killed": killed,
    "faults": faults,
    "fuzz": fuzz,
    "pages": pages,
}


def main() -> int:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="What Escalera costs, measured.")
    parser.add_argument("parts", nargs="*", help=f"all, or what these begin: {', '.join(SECTIONS)}")
    parser.add_argument("--runs", type=int, default=1, help="measure so often and keep the medians")
    asked = parser.parse_args()
    unknown = [part for part in asked.parts if not any(name.startswith(part) for name in SECTIONS)]
    if unknown or asked.runs < 1:
        parser.error(f"nothing is called {', '.join(unknown)}" if unknown else "--runs must be 1 or more")
    names = [
        name for name in SECTIONS if not asked.parts or any(name.startswith(part) for part in asked.parts)
    ]
    progress = Console(stderr=True)
    parts: dict[str, list[Any]] = {name: [] for name in names}
    paces = []
    for run in range(asked.runs):
        for name in names:
            progress.print(f"measuring {name}, run {run + 1} of {asked.runs} ...", style="dim")
            paces.append(pace())
            parts[name].append(SECTIONS[name]())
            paces.append(pace())
    found = {name: median_of(runs) for name, runs in parts.items()}
    results = merged(kept(), found, circumstances(asked.runs, paces))
    report.show(results, names)
    keep(results)
    if "life" in found:
        report.write_cost(found["life"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
