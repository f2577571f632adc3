"""A queue in front of a function: a burst waits here, and what fails for a day or longer goes to its own dead letters."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.dead_letters import DeadLetters
from infra.constructs.retention_function import RetentionFunction
from infra.nag import accept
from infra.naming import tag
from infra.settings import InboxSettings

# AWS asks for six function timeouts, so that a throttled batch is not received again while it still runs.
TIMEOUTS_OUT_OF_SIGHT = 6
# Shorter than dead letters are kept: there a message goes on ageing from when it was first sent.
KEPT_FOR = Duration.days(7)


class EventInbox(Construct):
    """Feeds one function from one queue, batch by batch, with partial failure."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        function: RetentionFunction,
        settings: InboxSettings,
        dead_letters: DeadLetters | None = None,
    ) -> None:
        super().__init__(scope, id)
        self.function = function
        self.settings = settings
        self.dead_letters = dead_letters or DeadLetters(self, "DeadLetters")
        hidden = TIMEOUTS_OUT_OF_SIGHT * function.settings.timeout_seconds + settings.window_seconds
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(hidden),
            retention_period=KEPT_FOR,
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters.queue, max_receive_count=settings.receives_before_dead
            ),
        )
        tag(self.queue, queue="inbox", function=function.name)
        tag(self.dead_letters, function=function.name)
        mapping = lambda_.EventSourceMapping(
            self,
            "Mapping",
            target=function.function,
            event_source_arn=self.queue.queue_arn,
            batch_size=settings.batch_size,
            max_batching_window=Duration.seconds(settings.window_seconds),
            max_concurrency=settings.max_concurrency,
            report_batch_item_failures=True,
        )
        accept(
            mapping,
            "The queue itself sends what failed to its dead letters; a mapping of SQS takes no destination.",
            "Serverless-LambdaEventSourceMappingDestination",
        )
        function.allow(
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ChangeMessageVisibility",  # its pauses between tries grow
            on=[self.queue.queue_arn],
        )
        # An event that can never be right is put there by the handler itself, with what is wrong with it.
        function.allow("sqs:SendMessage", on=[self.dead_letters.queue.queue_arn])
        function.set_environment(DEAD_LETTER_QUEUE_URL=self.dead_letters.queue.queue_url)

    def receive(self, id: str, *, bus: events.IEventBus, about: str, pattern: events.EventPattern) -> None:
        """Let everything on the bus that fits the pattern into the queue."""
        events.Rule(
            self,
            id,
            event_bus=bus,
            description=about,
            event_pattern=pattern,
            targets=[targets.SqsQueue(self.queue, dead_letter_queue=self.dead_letters.queue)],
        )
