"""The archive of records: every change of the table, kept for a rebuild."""

from typing import cast

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.dead_letters import DeadLetters
from infra.constructs.retention_function import RetentionFunction
from infra.nag import accept
from infra.naming import tag
from infra.settings import Settings

PREFIXES = ("records/", "removals/")
"""What the function may write: changes, and that records were removed by hand. `rebuilds/` is the operator's."""
_LONGEST_AGE = Duration.hours(23)
"""A stream keeps a change for 24 hours: what is given up an hour before can still be read again."""


class RecordArchive(Construct):
    """Files of all that the table's stream tells, written by a second reader of it, which nothing waits for.

    They hold what the table holds, so they are encrypted, closed to the public, and gone after some days. The bucket
    outlives its stack: it is what a table that was lost is rebuilt from.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        table: dynamodb.Table,
        function: RetentionFunction,
        settings: Settings,
    ) -> None:
        """`function`: who writes the files."""
        super().__init__(scope, id)
        self.function = function
        self.files = s3.Bucket(
            self,
            "Files",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=Duration.days(settings.archive.keep_days),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
            removal_policy=RemovalPolicy.RETAIN,
        )
        accept(
            self.files,
            "One function writes here, and an operator reads when a table has to be rebuilt: a log of every file "
            "read would tell nothing more than CloudTrail.",
            "AwsSolutions-S1",
        )
        function.allow("s3:PutObject", on=[self.files.arn_for_objects(f"{one}*") for one in PREFIXES])
        function.set_environment(RECORD_ARCHIVE=self.files.bucket_name)
        bucket = str(Stack.of(self).resolve(cast("s3.CfnBucket", self.files.node.default_child).logical_id))
        accept(
            function.role,
            "The star is a file of this one folder: it is named by the time and the place in the stream.",
            *(f"AwsSolutions-IAM5[Resource::<{bucket}.Arn>/{one}*]" for one in PREFIXES),
        )
        self.missed = DeadLetters(self, "Missed")
        tag(self.missed, function=function.name)
        self._follow(table, settings)

    @property
    def removed_by_hand(self) -> cloudwatch.Metric:
        """How many records were removed by neither Escalera nor their lifetime."""
        # Without a label: an alarm on a labelled metric is one on metric math.
        return cloudwatch.Metric(
            namespace=self.function.metrics_namespace,
            metric_name="RecordsRemovedByHand",
            dimensions_map={"service": self.function.name},
            statistic="Sum",
        )

    def _follow(self, table: dynamodb.Table, settings: Settings) -> None:
        stream = table.table_stream_arn
        if stream is None:
            message = "the table has no stream: archive_records would never hear of anything"
            raise ValueError(message)
        mapping = lambda_.EventSourceMapping(
            self,
            "Changes",
            target=self.function.function,
            event_source_arn=stream,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=settings.archive.batch_size,
            max_batching_window=Duration.seconds(settings.archive.window_seconds),
            retry_attempts=settings.archive.retries,
            max_record_age=_LONGEST_AGE,
            bisect_batch_on_error=True,
            report_batch_item_failures=True,
        )
        # Set where CloudFormation reads it: the ready-made destination would grant more than sending.
        cast(
            "lambda_.CfnEventSourceMapping", mapping.node.default_child
        ).destination_config = lambda_.CfnEventSourceMapping.DestinationConfigProperty(
            on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(
                destination=self.missed.queue.queue_arn
            )
        )
        self.function.allow(
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
            on=[stream],
        )
        self.function.allow("sqs:SendMessage", on=[self.missed.queue.queue_arn])
