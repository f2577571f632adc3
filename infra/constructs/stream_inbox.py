"""A table's stream that feeds one function: in order, and with an end to every batch that cannot be handled."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.dead_letters import DeadLetters
from infra.constructs.retention_function import RetentionFunction
from infra.naming import tag
from infra.settings import StreamSettings


class StreamInbox(Construct):
    """Feeds a function from a table's stream.

    The function itself puts a single change that it cannot read or handle into the dead letters. What is left to Lambda
    is a function that does not answer at all: it tries on, in smaller batches, until the change is as old as
    `settings.maximum_age_hours`, and then notes in the same queue which part of the stream it gave up.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        table: dynamodb.Table,
        function: RetentionFunction,
        settings: StreamSettings,
        filters: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """`filters`: patterns of the records that the function is called for; empty for all of them."""
        super().__init__(scope, id)
        stream = table.table_stream_arn
        if stream is None:
            message = "the table has no stream: the function would never hear of a change"
            raise ValueError(message)
        self.dead_letters = DeadLetters(self, "DeadLetters")
        tag(self.dead_letters, function=function.name)
        mapping = lambda_.EventSourceMapping(
            self,
            "Mapping",
            target=function.function,
            event_source_arn=stream,
            # From the oldest record on: a change made while the stack is still being deployed is handled too.
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=settings.batch_size,
            max_batching_window=Duration.seconds(settings.window_seconds),
            parallelization_factor=settings.batches_per_shard,
            retry_attempts=settings.retries,
            max_record_age=Duration.hours(settings.maximum_age_hours),
            bisect_batch_on_error=True,
            report_batch_item_failures=True,
            filters=[lambda_.FilterCriteria.filter(dict(one)) for one in filters] or None,
        )
        # Set where CloudFormation reads it: the ready-made destination would grant more than sending.
        cast(
            "lambda_.CfnEventSourceMapping", mapping.node.default_child
        ).destination_config = lambda_.CfnEventSourceMapping.DestinationConfigProperty(
            on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(
                destination=self.dead_letters.queue.queue_arn
            )
        )
        function.allow(
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
            on=[stream],
        )
        function.allow("sqs:SendMessage", on=[self.dead_letters.queue.queue_arn])
        function.set_environment(DEAD_LETTER_QUEUE_URL=self.dead_letters.queue.queue_url)
