"""The control endpoint: GET and POST /_escalera/settings change live how the emulator behaves."""

import dataclasses
import json
import os
from typing import Any

from ministack import app
from ministack.services import stepfunctions

from .registry import mend
from .settings import Clock, Faults, Settings

PATH = "/_escalera/settings"


def change(settings: Settings, wanted: dict[str, Any]) -> None:
    """Apply what a request asks for; nothing is changed when any part of it is wrong."""
    unknown = set(wanted) - {"clock", "wait_scale", *(f.name for f in dataclasses.fields(Faults))}
    if unknown:
        message = f"unknown settings: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    wait_scale = float(wanted.get("wait_scale", stepfunctions._SFN_WAIT_SCALE))
    if wait_scale < 0:
        message = "wait_scale must not be negative"
        raise ValueError(message)
    with settings.lock:
        clock = settings.clock
        if "clock" in wanted:
            clock = Clock.from_settings(wanted["clock"]) if wanted["clock"] else None
        chosen = {f.name: wanted[f.name] for f in dataclasses.fields(Faults) if f.name in wanted}
        settings.faults = dataclasses.replace(settings.faults, **chosen)
        settings.clock = clock
        stepfunctions._SFN_WAIT_SCALE = wait_scale


def describe(settings: Settings) -> dict[str, Any]:
    """Give the settings as they stand."""
    return {
        "pid": os.getpid(),
        "now": settings.now().isoformat(),
        "wait_scale": stepfunctions._SFN_WAIT_SCALE,
        "clock": settings.clock.environment() if settings.clock else None,
        **dataclasses.asdict(settings.faults),
    }


@mend(
    "MiniStack knows nothing of Escalera's clock and faults",
    {"app._handle_post_body_shortcuts": "950ae5cb53a4"},
)
def serve_settings(settings: Settings) -> None:
    """Answer on PATH before any service or permission is looked at."""
    upstream = app._handle_post_body_shortcuts

    async def handle(method: str, path: str, headers: Any, body: bytes, query: Any, request_id: str) -> Any:  # noqa: PLR0917 (upstream calls it so)
        if path != PATH:
            return await upstream(method, path, headers, body, query, request_id)
        status, answer = 200, {}
        if method == "POST":
            try:
                change(settings, json.loads(body or b"{}"))
            except (ValueError, KeyError, TypeError) as error:
                status, answer = 400, {"error": str(error)}
        answer = answer or describe(settings)
        return status, {"Content-Type": "application/json"}, json.dumps(answer).encode()

    app._handle_post_body_shortcuts = handle
