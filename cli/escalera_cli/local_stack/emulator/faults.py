"""AWS in trouble: calls of handlers, and of state machines, fail in a chosen way for as long as a fault is set."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from ministack import app
from ministack.services import stepfunctions

from .registry import mend
from .settings import Settings

Answer = tuple[int, dict[str, str], bytes]

WAYS: dict[str, tuple[int, str]] = {
    "500": (500, "InternalServerError"),
    "503": (503, "ServiceUnavailable"),
    "throttle": (400, "ThrottlingException"),
    "conflict": (400, "TransactionConflictException"),
    "expired": (400, "ExpiredTokenException"),
    "denied": (400, "AccessDeniedException"),
    "gone": (400, "ResourceNotFoundException"),
    # Done, and the answer is lost.
    "lost": (500, "InternalServerError"),
}
"""The ways in which a call of a handler may fail: HTTP status and error code."""
OF_LAMBDA = {
    "500": "Lambda.ServiceException",
    "503": "Lambda.AWSLambdaException",
    "throttle": "Lambda.TooManyRequestsException",
    "denied": "Lambda.AWSLambdaException",
    "gone": "Lambda.ResourceNotFoundException",
    "import": "Runtime.ImportModuleError",
    "timeout": "Sandbox.Timedout",
    # Not tried again: somebody has to repair something first.
    "for good": "MissingFileError",
}
"""The same of a state machine's call of a function."""
SERVICES = ("dynamodb", "events", "secretsmanager", "sqs", "states")
HANDLERS_SAY = "escalera "
"""How the user agent of the handlers' clients begins: nobody else's calls fail."""


def failure(way: str) -> Answer:
    """Give the answer of a service that fails in this way."""
    status, code = WAYS[way]
    body = {"__type": code, "message": "a fault that was asked for"}
    return (
        status,
        {"Content-Type": "application/x-amz-json-1.0", "x-amzn-errortype": code},
        json.dumps(body).encode(),
    )


@mend(
    "nothing fails on purpose",
    {"services.stepfunctions._call_lambda": "25830369b126"},
)
def fail_calls(settings: Settings) -> None:
    """Let calls fail as `Faults.fail_calls` says, by service."""

    def failing(service: str) -> Callable[..., Awaitable[Any]]:
        upstream = app.SERVICE_HANDLERS[service]

        async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: Any) -> Any:
            way = settings.faults.fail_calls.get(service)
            if way is None or not headers.get("user-agent", "").startswith(HANDLERS_SAY):
                return await upstream(method, path, headers, body, query)
            if way == "lost":
                await upstream(method, path, headers, body, query)
            return failure(way)

        return handle

    for service in SERVICES:
        app.SERVICE_HANDLERS[service] = failing(service)
    call_lambda = stepfunctions._call_lambda

    def call(function: str, event: Any) -> Any:
        way = settings.faults.fail_calls.get("lambda")
        if way is None:
            return call_lambda(function, event)
        if way == "lost":
            call_lambda(function, event)
        raise stepfunctions._ExecutionError(
            OF_LAMBDA.get(way, "Lambda.Unknown"), "a fault that was asked for"
        )

    stepfunctions._call_lambda = call
