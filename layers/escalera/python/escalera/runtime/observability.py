"""Logs, metrics and traces, made in one place so that none of them can tell who a customer is.

Logs are JSON: a constant phrase and keys. Events are never logged. Keys that name a person are left out, and what
looks like an e-mail address or a phone number is masked wherever it stands, in the text of an error too.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import cache, wraps
from itertools import chain, repeat
from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import Metrics

from escalera.runtime.loading import loading

PERSONAL = frozenset(
    {"address", "email", "family_name", "given_name", "name", "phone", "phone_number", "recipient", "to"}
)
_EMAIL = re.compile(r"[^\s@\"'<>(),:;=\\]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"\+\d{8,15}\b")

Handler = Callable[[Any, Any], Any]


class DiscreetFormatter(LambdaPowertoolsFormatter):
    """Powertools' JSON without what could tell a person; `left_out` names the keys that were dropped."""

    def serialize(self, log: Any) -> str:
        """The line as it is written."""
        dropped: set[str] = set()
        discreet = _without_personal(log, dropped)
        if dropped:
            discreet["left_out"] = sorted(dropped)
        return masked(super().serialize(discreet))


def masked(text: str) -> str:
    """The text without e-mail addresses and phone numbers (E.164)."""
    if "@" in text:
        text = _EMAIL.sub("<e-mail>", text)
    return _PHONE.sub("<phone>", text) if "+" in text else text


@cache
def logger() -> Logger:
    """The process's logger; service and level come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_LOG_LEVEL."""
    return Logger(logger_formatter=DiscreetFormatter(utc=True, use_rfc3339=True))


@cache
def metrics() -> Metrics:
    """The process's metrics, written as EMF log lines; namespace and service come from POWERTOOLS_* too."""
    return Metrics()


def observed(handler: Handler) -> Handler:
    """A handler with its context in every log line, its metrics written at the end, and traced when sampled.

    Its first call is the one that loads (`loading`).
    """
    turns: Iterator[AbstractContextManager[None]] = chain([loading()], repeat(nullcontext()))

    @wraps(handler)
    def observing(event: Any, context: Any) -> Any:
        with next(turns):
            logging = logger().inject_lambda_context(clear_state=True, log_event=False)
            try:
                return logging(_traced(handler))(event, context)
            finally:
                if metrics().metric_set:
                    metrics().flush_metrics()

    return observing


def _traced(handler: Handler) -> Handler:
    # The X-Ray SDK is loaded by the first invocation that is sampled, if there is ever one; the segments that Lambda
    # itself writes need no SDK. Answers and errors stay out of traces: they may hold what a person wrote.
    if "Sampled=1" not in os.environ.get("_X_AMZN_TRACE_ID", ""):
        return handler
    traced: Handler = _tracer().capture_lambda_handler(handler, capture_response=False, capture_error=False)
    return traced


@cache
def _tracer() -> Any:
    from aws_lambda_powertools.tracing import Tracer  # noqa: PLC0415 - see above

    return Tracer(patch_modules=["botocore"])


def _without_personal(value: Any, dropped: set[str]) -> Any:
    if isinstance(value, Mapping):
        dropped |= PERSONAL.intersection(value)
        return {key: _without_personal(part, dropped) for key, part in value.items() if key not in PERSONAL}
    if isinstance(value, list | tuple):
        return [_without_personal(part, dropped) for part in value]
    return value
