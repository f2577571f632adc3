"""Somebody answered a text."""

from functools import cache
from typing import Any

from escalera import bootstrap
from escalera.contracts.feedback import TextReply, text_reply
from escalera.runtime import environment
from escalera.runtime.inbox import checked, each, envelope, take_in
from escalera.runtime.observability import logger, observed
from escalera.use_cases.stop_texts import means_stop, stop_texts


class ReplyEnv(environment.PowertoolsEnv):
    """What this function is told."""

    TABLE_NAME: str
    DEAD_LETTER_QUEUE_URL: str


env = cache(ReplyEnv.read)


def read(body: str) -> TextReply:
    """A reply in SNS's envelope."""
    return checked("reply to a text", text_reply, envelope(body))


def answer(reply: TextReply) -> None:
    """Stop the texts of whoever says so; nobody reads anything else, and the logs do not keep it."""
    if not means_stop(reply.text):
        logger().info("reply is no stop word", letters=len(reply.text))
        return
    table = env().TABLE_NAME
    stopped = stop_texts(
        reply.phone,
        customers=bootstrap.customers(table),
        book=bootstrap.addresses(table),
        clock=bootstrap.clock(),
        at=reply.at,
    )
    logger().info("texts stopped" if stopped else "stop changes nothing")


@observed
def handler(event: Any, context: Any) -> Any:
    """Take in every answer."""
    return take_in(event, context, read=read, use=each(answer), dead_letters=env().DEAD_LETTER_QUEUE_URL)
