"""One cold start, in a process of its own: prints the CPU seconds up to each mark as JSON. Its argument says of what.

Begins as Lambda's runtime client does (awslambdaric is loaded before the function), with nothing on the path but the
layers. After the import comes a first call, on the same stand-in for AWS for all.
"""

import importlib
import json
import os
import sys
import time

BOTO3 = "boto3"


def main() -> None:
    """Load, call once, tell."""
    what, awslambdaric, first_event = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    sys.path.append(awslambdaric)
    importlib.import_module("awslambdaric.bootstrap")
    sys.path.remove(awslambdaric)
    began = time.process_time()
    if what == BOTO3:
        _boto3_and_pydantic()
        print(json.dumps({"init": time.process_time() - began}))  # noqa: T201
        return
    sys.path.insert(0, what)
    handler = importlib.import_module("handler").handler
    marks = {"init": time.process_time() - began}
    if first_event is not None:
        marks["first call"] = _first_call(handler, first_event)
    print("\n" + json.dumps(marks))  # noqa: T201


def _boto3_and_pydantic() -> None:
    import boto3  # noqa: PLC0415
    import pydantic  # noqa: PLC0415

    class Model(pydantic.BaseModel):
        """The least there is."""

        name: str

    Model(name="Ana")
    boto3.client("dynamodb")


def _first_call(handler: object, event: object) -> float:
    """CPU s of the first invocation, without what loading the stand-in took."""
    sys.path.append(os.environ["BENCH_ROOT"])
    from bench.house import Context  # noqa: PLC0415
    from bench.wire import Wire  # noqa: PLC0415

    wire = Wire()
    began = time.process_time()
    wire.install()  # makes botocore's session, as the first call would
    handler(event, Context())  # type: ignore[operator]
    return time.process_time() - began - wire.spent


if __name__ == "__main__":
    main()
