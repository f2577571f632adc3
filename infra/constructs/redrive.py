"""A function that handles dead letters again by itself once what they needed is back."""

from collections.abc import Mapping

from aws_cdk import Stack
from constructs import Construct

from infra.constructs.event_inbox import EventInbox
from infra.constructs.journeys import Journeys
from infra.constructs.retention_function import RetentionFunction

REDRIVE = "redrive_dead_letters"


class Redrive(Construct):
    """Lets one function take dead letters to whom they were meant for: the functions behind inboxes, and the journeys."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        function: RetentionFunction,
        inboxes: Mapping[str, EventInbox],
        journeys: Journeys,
    ) -> None:
        super().__init__(scope, id)
        consumers = {
            name: [inbox.dead_letters.queue.queue_url, inbox.function.function.function_name]
            for name, inbox in inboxes.items()
        }
        consumers["journeys"] = [journeys.not_started.queue.queue_url, ""]
        queues = [inbox.dead_letters.queue for inbox in inboxes.values()] + [journeys.not_started.queue]
        function.set_environment(CONSUMERS=Stack.of(self).to_json_string(consumers))
        function.allow(
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:ChangeMessageVisibility",
            on=[queue.queue_arn for queue in queues],
        )
        function.allow(
            "lambda:InvokeFunction",
            on=[inbox.function.function.function_arn for inbox in inboxes.values()],
        )
        journeys.grant_start(function)
