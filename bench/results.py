"""What was measured, kept beside this file: a part measured anew takes the place of that part alone."""

import hashlib
import json
import os
import platform
import statistics
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results.json"
MEASURED = "measured"

Figures = dict[str, Any]


def kept(path: Path = RESULTS) -> Figures:
    """The figures of earlier runs."""
    found: Figures = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def keep(results: Figures, path: Path = RESULTS) -> None:
    """Write the figures, four digits of each."""
    path.write_text(json.dumps(_rounded(results), indent=2) + "\n", encoding="utf-8")


def merged(before: Mapping[str, Any], parts: Mapping[str, Any], circumstances: Mapping[str, Any]) -> Figures:
    """The earlier figures with these parts in their places; `measured` says of each part when and on what."""
    measured = {**before.get(MEASURED, {}), **dict.fromkeys(parts, circumstances)}
    return {**before, **parts, MEASURED: measured}


def median_of(runs: Sequence[Any]) -> Any:
    """Figure by figure the median of runs of one shape."""
    first = runs[0]
    if isinstance(first, Mapping):
        return {name: median_of([run[name] for run in runs]) for name in first}
    return first if isinstance(first, str) or len(runs) == 1 else statistics.median(runs)


def circumstances(runs: int, paces: Sequence[float]) -> Figures:
    """When and on what was measured, and how fast that was just then."""
    return {
        "on": f"{datetime.now(UTC):%Y-%m-%d}",
        "python": platform.python_version(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "runs": runs,
        "pace ms": statistics.median(paces),
    }


def pace() -> float:
    """CPU ms of a fixed piece of work (JSON and SHA-256, which our functions do much of), the median of five.

    The same machine may take twice as long while others keep it busy: figures of two days are compared by this one.
    """
    document = {"lines": [{"sku": f"LAMP-{number}", "quantity": number} for number in range(50)]}
    took = []
    for _ in range(5):
        began = time.process_time()
        for _ in range(200):
            hashlib.sha256(json.dumps(json.loads(json.dumps(document)), sort_keys=True).encode()).hexdigest()
        took.append(time.process_time() - began)
    return statistics.median(took) * 1000


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    return float(f"{value:.4g}") if isinstance(value, float) else value
