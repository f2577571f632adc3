"""The functions as Lambda would call them, on a wire of our own and a clock that stands where it is put."""

import contextlib
import importlib.util
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from bench.wire import ENVIRONMENT, Wire
from tests.support.lambda_events import Context

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ROOT / "build" / "layers"


@dataclass
class Clock:
    """Stands still until it is moved."""

    at: datetime = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """Where it was put."""
        return self.at


class House:
    """Handlers, loaded once each, and the CPU that each took: `cpu` in seconds and `calls` by name."""

    def __init__(self) -> None:
        os.environ.update(ENVIRONMENT)
        programme = str(LAYERS / "programme" / "python")
        if programme not in sys.path:
            sys.path.insert(0, programme)
        self.clock = Clock()
        self.wire = Wire()
        self.cpu: dict[str, float] = {}
        self.calls: dict[str, int] = {}
        self._handlers: dict[str, Any] = {}
        self._furnish()

    def _furnish(self) -> None:
        from escalera import bootstrap  # noqa: PLC0415 - needs the environment above
        from escalera.runtime import clients, observability  # noqa: F401, PLC0415 - Powertools signs all calls, as in Lambda

        for made in (*vars(bootstrap).values(), clients._session):  # noqa: SLF001 - a new house has new clients
            if hasattr(made, "cache_clear"):
                made.cache_clear()
        bootstrap.clock = lambda: self.clock  # type: ignore[assignment]
        self.wire.install()

    @cached_property
    def quiet(self) -> Any:
        """Where logs and metrics go."""
        return Path(os.devnull).open("w", encoding="utf-8")

    def invoke(self, name: str, event: Any) -> Any:
        """The answer of a function; what it cost is added up, without what AWS's stand-in took."""
        handler = self._handlers.get(name) or self._load(name)
        event = json.loads(json.dumps(event))
        with contextlib.redirect_stdout(self.quiet):
            away, began = self.wire.spent, time.process_time()
            answer = handler(event, Context())
            took = time.process_time() - began - (self.wire.spent - away)
        self.cpu[name] = self.cpu.get(name, 0) + took
        self.calls[name] = self.calls.get(name, 0) + 1
        if isinstance(answer, dict) and answer.get("batchItemFailures"):
            raise AssertionError(f"{name} left records to its queue: {answer}")
        return answer

    def forget_cost(self) -> None:
        """Begin to count anew."""
        self.cpu, self.calls = {}, {}
        self.wire.calls.clear()
        self.wire.table.units.clear()

    def changes(self) -> Iterator[dict[str, Any]]:
        """What was written since this was last asked, as the table's stream tells it and the function's filter lets through."""
        written, self.wire.table.stream = self.wire.table.stream, []
        for number, (old, new) in enumerate(written):
            if not new["pk"]["S"].startswith("CUSTOMER#"):
                continue
            images = {"NewImage": new} | ({"OldImage": old} if old else {})
            yield {
                "eventID": str(number),
                "eventName": "MODIFY" if old else "INSERT",
                "eventSource": "aws:dynamodb",
                "dynamodb": {"SequenceNumber": str(number), **images},
            }

    def _load(self, name: str) -> Any:
        spec = importlib.util.spec_from_file_location(
            f"bench_{name}", ROOT / "functions" / name / "handler.py"
        )
        if spec is None or spec.loader is None:
            raise AssertionError(f"no function {name}")
        module = importlib.util.module_from_spec(spec)
        with contextlib.redirect_stdout(self.quiet):
            spec.loader.exec_module(module)
        self._handlers[name] = module.handler
        return module.handler
