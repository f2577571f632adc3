"""Providers say what became of messages: SES through the queue, SNS through its delivery log."""

import base64
import gzip
import json
from functools import cache, partial
from typing import Any

from escalera import bootstrap
from escalera.contracts.feedback import Feedback, email_feedback, text_feedback
from escalera.domain.errors import RetryableError
from escalera.runtime import environment
from escalera.runtime.inbox import checked, each, envelope, take_in
from escalera.runtime.observability import logger, observed
from escalera.use_cases.settle_feedback import settle_feedback


class FeedbackEnv(environment.PowertoolsEnv):
    """What this function is told."""

    TABLE_NAME: str
    DEAD_LETTER_QUEUE_URL: str


env = cache(FeedbackEnv.read)


def read(body: str) -> Feedback:
    """An event of SES out of EventBridge's envelope."""
    return checked("event of SES", email_feedback, envelope(body).get("detail"))


def read_line(line: str) -> Feedback:
    """A line of the log that SNS keeps of texts."""
    return checked("delivery log of a text", text_feedback, line)


def settle(feedback: Feedback) -> None:
    """Settle one."""
    table = env().TABLE_NAME
    settled = settle_feedback(
        feedback,
        customers=bootstrap.customers(table),
        book=bootstrap.addresses(table),
        ledger=bootstrap.ledger(table),
        clock=bootstrap.clock(),
    )
    logger().info("feedback settled" if settled else "feedback changes nothing", kind=feedback.kind)


def records_of(data: str) -> dict[str, list[dict[str, str]]]:
    """The lines of a log as CloudWatch hands them over, in the form a queue would bring them."""
    told = json.loads(gzip.decompress(base64.b64decode(data)))
    lines = told["logEvents"] if told["messageType"] == "DATA_MESSAGE" else []
    return {"Records": [{"messageId": line["id"], "body": line["message"]} for line in lines]}


@observed
def handler(event: Any, context: Any) -> Any:
    """Settle every word of a batch, whichever way it came."""
    take = partial(take_in, context=context, use=each(settle), dead_letters=env().DEAD_LETTER_QUEUE_URL)
    if "awslogs" not in event:
        return take(event, read=read)
    answer = take(records_of(event["awslogs"]["data"]), read=read_line)
    left = len(answer["batchItemFailures"])
    # A log knows no partial answer: Lambda brings all of it again, and what is settled stays settled.
    if left:
        raise RetryableError(f"{left} lines of the delivery log could not be settled: bring them again")
    return answer
