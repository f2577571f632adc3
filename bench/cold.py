"""CPU of a cold start, function by function: the import, and all that the first call still has to load and make.

Each start is a process of its own with the built layers alone on its path; the figure is the median of several. All
layers have their bytecode, ours and those compared with alike, as they have where Lambda's Python is at hand when they
are built; what is in the function's own folder has none.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.cold_child import BOTO3, BOTOCORE
from bench.house import LAYERS, ROOT, Clock, House
from bench.warm import payloads, purchase, registration
from bench.wire import ENVIRONMENT
from escalera.contracts.registry import SHOP_EVENTS
from tests.support.lambda_events import batch, on_the_bus

TIMES = 5
EMPTY = "an empty handler"
ALONE = "boto3 client + pydantic"
LIGHTER = "botocore client + pydantic"
SENDING = "perform_step, sending"
COMPARED = (
    "Both bases make their client while imported, and then call GetItem once; ours make each client with the first call"
    " that needs it, so that the import alone flatters them: compare import + first call. One base imports boto3, as most"
    " functions do, the other botocore alone, as ours do."
)
_NEVER_TIRED = 60

_FED_BY: dict[str, str] = {
    "on_customer_registered": "CustomerRegistered",
    "on_consent_changed": "ConsentGiven",
    "on_purchase_completed": "PurchaseCompleted",
    "on_purchase_refunded": "PurchaseRefunded",
    "on_delivery_completed": "DeliveryCompleted",
    "on_complaint_changed": "ComplaintRaised",
}


@dataclass(frozen=True)
class Start:
    """What is started: a folder with a handler or the name of a base, its first event, and what the table holds."""

    what: str
    event: Any = None
    records: Iterable[Any] = ()


def cold_starts() -> dict[str, Any]:
    """CPU s by function and its ratio to `boto3 client + pydantic`; `calls` of AWS in the first call."""
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder, "empty")
        empty.mkdir()
        (empty / "handler.py").write_text("def handler(event, context):\n    return None\n", encoding="utf-8")
        path = _layers(Path(folder, "layers"))
        subjects = {EMPTY: Start(str(empty)), ALONE: Start(BOTO3), LIGHTER: Start(BOTOCORE)}
        for name in sorted(FIRST_CALLED):
            subjects[name] = Start(str(ROOT / "functions" / name), first_event(name))
        subjects[SENDING] = _sending()
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in subjects}
        for _ in range(TIMES):  # round by round, so that a busy minute falls on all alike
            for name, start in subjects.items():
                runs[name].append(_one(start, path))
    medians = {
        name: {mark: statistics.median(run[mark] for run in of) for mark in of[0]}
        for name, of in runs.items()
    }
    return {name: {**found, **_ratios(found, medians[ALONE])} for name, found in medians.items()}


def _ratios(found: Mapping[str, float], base: Mapping[str, float]) -> dict[str, float]:
    ratios = {"init ratio": found["init"] / base["init"]}
    if "first call" in found:
        both = found["init"] + found["first call"]
        ratios["with first call ratio"] = both / (base["init"] + base["first call"])
    return ratios


def _layers(folder: Path) -> list[str]:
    """Where the layers are; those built without bytecode for the Python at hand are copied and get theirs."""
    for name in ("escalera", "programme"):
        shutil.copytree(LAYERS / name / "python", folder / name)
        compiling = (sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash")
        subprocess.run([*compiling, str(folder / name)], check=True)
    return [
        str(LAYERS / "dependencies-local" / "python"),
        str(folder / "escalera"),
        str(folder / "programme"),
    ]


def first_event(name: str) -> Any:
    """What the function is first called with."""
    if name in _FED_BY:
        return batch(on_the_bus(_FED_BY[name], SHOP_EVENTS[_FED_BY[name]].EXAMPLE))
    return _FIRST_EVENTS[name]


_ORDER = {
    "pk": {"S": "CUSTOMER#c-1001"},
    "sk": {"S": "ORDER#5001"},
    "total": {"N": "4590"},
    "currency": {"S": "EUR"},
    "placed_at": {"S": "2026-03-02T09:59:00Z"},
    "channel": {"S": "web"},
    "number": {"N": "1"},
}
_MAIL = {"messageId": "mail-1", "timestamp": "2026-03-02T09:59:00Z", "destination": ["ana@example.com"]}
_REPLY = json.dumps({"originationNumber": "+447700900123", "messageBody": "STOP"})
*_, _LAST_STEP = payloads(1001)
_FIRST_EVENTS: Mapping[str, Any] = {
    "find_broken_promises": {},
    "find_quiet_customers": {},
    "leave_journeys": batch(on_the_bus("PurchaseRecorded", _LAST_STEP["cause"], "escalera")),
    "on_message_feedback": batch(
        on_the_bus("Email Send", {"eventType": "Send", "mail": _MAIL, "send": {}}, "aws.ses")
    ),
    "on_sms_reply": batch({"Timestamp": "2026-03-02T09:59:00Z", "Message": _REPLY}),
    "perform_step": _LAST_STEP,
    "publish_changes": {"Records": [{"dynamodb": {"SequenceNumber": "1", "NewImage": _ORDER}}]},
}
FIRST_CALLED = frozenset({*_FED_BY, *_FIRST_EVENTS})
"""Those a customer's life calls. A night has time, and carries layers of its own."""


def _sending() -> Start:
    """A step that sends an e-mail, to one who has just bought and entered the journey."""
    house = House()
    house.invoke("on_customer_registered", batch(on_the_bus("CustomerRegistered", registration(1))))
    house.invoke("on_purchase_completed", batch(on_the_bus("PurchaseCompleted", purchase(1, 1))))
    enter, send, *_ = payloads(1)
    house.invoke("perform_step", enter)
    return Start(str(ROOT / "functions" / "perform_step"), send, house.wire.table.items.values())


def _one(start: Start, path: list[str]) -> dict[str, float]:
    spec = find_spec("awslambdaric")
    if spec is None or spec.origin is None:
        raise AssertionError("awslambdaric is not in this environment: make setup")
    told = {"event": start.event, "records": list(start.records)}
    said = subprocess.run(
        [
            sys.executable,
            "-S",
            str(ROOT / "bench" / "cold_child.py"),
            start.what,
            str(Path(spec.origin).parents[1]),
        ],
        input=json.dumps(told),
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(path),
            "PYTHONDONTWRITEBYTECODE": "1",
            "BENCH_ROOT": str(ROOT),
            "ESCALERA_CLOCK_ORIGIN": f"{datetime.now(UTC).isoformat()}={Clock.at.isoformat()}",
            **ENVIRONMENT,
        },
        capture_output=True,
        text=True,
        timeout=_NEVER_TIRED,
        check=False,
    )
    if said.returncode:
        raise AssertionError(f"{start.what} does not start:\n{said.stderr}")
    figures: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    return figures
