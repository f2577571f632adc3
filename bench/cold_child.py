"""One cold start, in a process of its own: prints the CPU seconds up to each mark as JSON. Its arguments say of what,
and where the runtime client is; its input, the first event and what the table holds then.

Begins as Lambda's runtime client does (awslambdaric is loaded before the function), with nothing on the path but the
layers. After the import comes a first call, on the same stand-in for AWS for all.
"""

import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

BOTO3, BOTOCORE = "boto3", "botocore"


def main() -> None:
    """Load, call once, tell."""
    what, awslambdaric = sys.argv[1:]
    told = json.load(sys.stdin)
    sys.path.append(awslambdaric)
    importlib.import_module("awslambdaric.bootstrap")
    sys.path.remove(awslambdaric)
    began = time.process_time()
    marks: dict[str, float] = {}
    if what in (BOTO3, BOTOCORE):
        client = _client_and_pydantic(what)
        marks["init"] = time.process_time() - began
        asked = {"TableName": "customers", "Key": _KEY}
        marks |= _first_call(client.meta.events, lambda: client.get_item(**asked), ())
    else:
        sys.path.insert(0, what)
        handler = importlib.import_module("handler").handler
        marks["init"] = time.process_time() - began
        if told["event"] is not None:
            marks |= _first_call(None, lambda: handler(told["event"], _Context()), told["records"])
    print("\n" + json.dumps(marks))


_KEY = {"pk": {"S": "CUSTOMER#c-1001"}, "sk": {"S": "PROFILE"}}


class _Context:
    function_name = "bench"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:bench"
    aws_request_id = "request-1"


def _client_and_pydantic(made_by: str) -> Any:
    import pydantic  # noqa: PLC0415 - what it costs is the question

    class Model(pydantic.BaseModel):
        """The least there is."""

        name: str

    Model(name="Ana")
    if made_by == BOTO3:
        import boto3  # noqa: PLC0415

        return boto3.client("dynamodb")
    from botocore.session import get_session  # noqa: PLC0415

    return get_session().create_client("dynamodb")


def _first_call(events: Any, call: Callable[[], Any], records: Iterable[Any]) -> dict[str, float]:
    """CPU s of the first call; loading the stand-in is in it for all alike, what it answers is not."""
    began = time.process_time()
    sys.path.append(os.environ["BENCH_ROOT"])
    from bench.wire import Wire  # noqa: PLC0415

    wire = Wire()
    wire.install(events)
    wire.table.hold(records)
    call()
    return {"first call": time.process_time() - began - wire.spent, "calls": sum(wire.calls.values())}


if __name__ == "__main__":
    main()
