"""One cold start, in a process of its own: prints the CPU seconds up to each mark as JSON. Its argument says of what.

Begins as Lambda's runtime client does (awslambdaric is loaded before the function), with nothing on the path but the
layers. After the import comes a first call, on the same stand-in for AWS for all.
"""

import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

BOTO3 = "boto3"


def main() -> None:
    """Load, call once, tell."""
    what, awslambdaric, first_event = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    sys.path.append(awslambdaric)
    importlib.import_module("awslambdaric.bootstrap")
    sys.path.remove(awslambdaric)
    began = time.process_time()
    if what == BOTO3:
        client = _boto3_and_pydantic()
        marks = {"init": time.process_time() - began}
        marks["first call"] = _first_call(
            client.meta.events, lambda: client.get_item(TableName="customers", Key=_KEY)
        )
    else:
        sys.path.insert(0, what)
        handler = importlib.import_module("handler").handler
        marks = {"init": time.process_time() - began}
        if first_event is not None:
            marks["first call"] = _first_call(None, lambda: handler(first_event, _Context()))
    print("\n" + json.dumps(marks))


_KEY = {"pk": {"S": "CUSTOMER#c-1001"}, "sk": {"S": "PROFILE"}}


class _Context:
    function_name = "bench"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:bench"
    aws_request_id = "request-1"


def _boto3_and_pydantic() -> Any:
    import boto3  # noqa: PLC0415 - what it costs is the question
    import pydantic  # noqa: PLC0415

    class Model(pydantic.BaseModel):
        """The least there is."""

        name: str

    Model(name="Ana")
    return boto3.client("dynamodb")


def _first_call(events: Any, call: Callable[[], Any]) -> float:
    """CPU s of the first call; loading the stand-in is in it for all alike, what it answers is not."""
    began = time.process_time()
    sys.path.append(os.environ["BENCH_ROOT"])
    from bench.wire import Wire  # noqa: PLC0415

    wire = Wire()
    wire.install(events)
    call()
    return time.process_time() - began - wire.spent


if __name__ == "__main__":
    main()
