"""What Lambda hands to a function of ours: a batch of its queue, an event of the bus, and its context. For bench, too."""

import json
from typing import Any


class Context:
    """What Powertools reads of Lambda's context."""

    function_name = "under-test"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:under-test"
    aws_request_id = "request-1"


def batch(*bodies: Any) -> dict[str, Any]:
    """An SQS batch; a body that is no text is written as JSON."""
    return {
        "Records": [
            {
                "messageId": f"m{index}",
                "receiptHandle": f"r{index}",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:inbox",
                "awsRegion": "eu-west-1",
            }
            for index, body in enumerate(bodies)
        ]
    }


def on_the_bus(name: str, detail: Any, source: str = "shop") -> dict[str, Any]:
    """An event as EventBridge hands it on."""
    return {
        "version": "0",
        "id": f"bus-{name}",
        "detail-type": name,
        "source": source,
        "account": "123456789012",
        "time": "2026-11-03T17:12:45Z",
        "region": "eu-west-1",
        "resources": [],
        "detail": detail,
    }
