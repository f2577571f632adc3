"""CPU of a cold start, function by function: the import, and all that the first call still has to load and make.

Each start is a process of its own with the built layers alone on its path; the figure is the median of several.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.cold_child import BOTO3
from bench.house import LAYERS, ROOT, batch, on_the_bus
from bench.wire import ENVIRONMENT
from escalera.contracts.registry import SHOP_EVENTS

TIMES = 3
EMPTY = "an empty handler"
ALONE = "boto3 client + pydantic"
_NEVER_TIRED = 60

_FED_BY: dict[str, str] = {
    "on_customer_registered": "CustomerRegistered",
    "on_consent_changed": "ConsentGiven",
    "on_purchase_completed": "PurchaseCompleted",
    "on_purchase_refunded": "PurchaseRefunded",
    "on_delivery_completed": "DeliveryCompleted",
    "on_complaint_changed": "ComplaintRaised",
}


def cold_starts() -> dict[str, Any]:
    """CPU s by function and its ratio to `boto3 client + pydantic`."""
    with tempfile.TemporaryDirectory() as empty:
        Path(empty, "handler.py").write_text(
            "def handler(event, context):\n    return None\n", encoding="utf-8"
        )
        subjects = {EMPTY: empty, ALONE: BOTO3}
        subjects |= {
            path.parent.name: str(path.parent) for path in sorted(ROOT.glob("functions/*/handler.py"))
        }
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in subjects}
        for _ in range(TIMES):  # round by round, so that a busy minute falls on all alike
            for name, what in subjects.items():
                runs[name].append(_one(what, first_event(name)))
    medians = {
        name: {mark: statistics.median(run[mark] for run in of) for mark in of[0]}
        for name, of in runs.items()
    }
    alone = medians[ALONE]
    for found in medians.values():
        found["init ratio"] = found["init"] / alone["init"]
        if "first call" in found:
            both = found["init"] + found["first call"]
            found["with first call ratio"] = both / (alone["init"] + alone["first call"])
    return medians


def first_event(name: str) -> Any:
    """What the function is first called with; None for those that are only loaded."""
    if name in _FED_BY:
        return batch([on_the_bus(_FED_BY[name], SHOP_EVENTS[_FED_BY[name]].EXAMPLE)])
    recorded = {
        "event_id": "recorded-1",
        "version": 1,
        "occurred_at": "2026-03-02T09:59:00Z",
        "customer_id": "c-1001",
        "order_id": "5001",
    }
    if name == "leave_journeys":
        return batch([on_the_bus("PurchaseRecorded", recorded, "escalera")])
    if name == "perform_step":
        step = {"id": "finish", "do": "finish", "result": "finished"}
        who = {
            "journey": "thank-you",
            "customer_id": "c-1001",
            "event": "PurchaseRecorded",
            "cause": recorded,
        }
        return {"version": 1, **who, "execution": "run-1", "step": step}
    if name == "publish_changes":
        return {"Records": [{"dynamodb": {"SequenceNumber": "1", "NewImage": _ORDER}}]}
    return {} if name.startswith("find_") else None


_ORDER = {
    "pk": {"S": "CUSTOMER#c-1001"},
    "sk": {"S": "ORDER#5001"},
    "total": {"N": "4590"},
    "currency": {"S": "EUR"},
    "placed_at": {"S": "2026-03-02T09:59:00Z"},
    "channel": {"S": "web"},
    "number": {"N": "1"},
}


def _one(what: str, event: Any) -> dict[str, float]:
    layers = [str(LAYERS / name / "python") for name in ("dependencies-local", "escalera", "programme")]
    spec = find_spec("awslambdaric")
    if spec is None or spec.origin is None:
        raise AssertionError("awslambdaric is not in this environment: make setup")
    said = subprocess.run(
        [
            sys.executable,
            "-S",
            str(ROOT / "bench" / "cold_child.py"),
            what,
            str(Path(spec.origin).parents[1]),
            json.dumps(event),
        ],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(layers),
            "PYTHONDONTWRITEBYTECODE": "1",
            "BENCH_ROOT": str(ROOT),
            **ENVIRONMENT,
        },
        capture_output=True,
        text=True,
        timeout=_NEVER_TIRED,
        check=False,
    )
    if said.returncode:
        raise AssertionError(f"{what} does not start:\n{said.stderr}")
    told: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    return told
