"""The one table: a partition per customer, an index of who is due for a look, and one of what people look at."""

from typing import Any

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.constructs.dead_letters import DeadLetters
from infra.constructs.retention_function import RetentionFunction
from infra.constructs.stream_inbox import StreamInbox
from infra.settings import Settings, StreamSettings

DUE_INDEX = "due"
WORK_INDEX = "work"

READ = ("dynamodb:GetItem", "dynamodb:BatchGetItem")
# A transaction is authorised through the actions of its parts.
WRITE = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:ConditionCheckItem")


# Of the table's records: what is made of a change, and what the sweeps note, is no news, and wakes nobody.
NEWS: tuple[dict[str, Any], ...] = (
    {"dynamodb": {"Keys": {"pk": {"S": [{"prefix": "CUSTOMER#"}]}}}},
    {"dynamodb": {"Keys": {"pk": {"S": ["SHOP"]}, "sk": {"S": ["SWITCHES"]}}}},
)


class CustomerTable(Construct):
    """On demand, backed up continuously, and encrypted with a key that AWS owns.

    A key of our own would cost a dollar a month and a call for each cold partition, and protect from nobody who
    could not already read the table with the permissions the functions have.
    """

    def __init__(self, scope: Construct, id: str, *, settings: Settings) -> None:
        super().__init__(scope, id)
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=_string("pk"),
            sort_key=_string("sk"),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            time_to_live_attribute="expires_at",
            encryption=dynamodb.TableEncryption.DEFAULT,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=settings.protects_data,
            removal_policy=RemovalPolicy.RETAIN if settings.protects_data else RemovalPolicy.DESTROY,
        )
        self.table.add_global_secondary_index(
            index_name=DUE_INDEX,
            partition_key=_string("due_pk"),
            sort_key=_string("due_sk"),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )
        self.table.add_global_secondary_index(
            index_name=WORK_INDEX,
            partition_key=_string("work_pk"),
            sort_key=_string("work_sk"),
            # Whole records: a page of a list is one query, not one query and a read of each.
            projection_type=dynamodb.ProjectionType.ALL,
        )

    def grant_keep_customers(self, function: RetentionFunction) -> None:
        """Read items by key and write them, singly or in a transaction."""
        function.allow(*READ, *WRITE, on=[self.table.table_arn])
        function.set_environment(TABLE_NAME=self.table.table_name)

    def grant_query_customers(self, function: RetentionFunction) -> None:
        """List the items of one customer."""
        function.allow("dynamodb:Query", on=[self.table.table_arn])

    def grant_follow_customers(self, function: RetentionFunction) -> None:
        """Write, and take away, what customers are found by; nothing else can be deleted by this."""
        function.allow_if(
            {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["IDENTITY#*", "NAME#*"]}},
            "dynamodb:BatchWriteItem",
            on=[self.table.table_arn],
        )

    def grant_read_work(self, function: RetentionFunction) -> None:
        """Read the lists of what the shop's people look at."""
        function.allow("dynamodb:Query", on=[f"{self.table.table_arn}/index/{WORK_INDEX}"])
        function.set_environment(TABLE_NAME=self.table.table_name)

    def grant_sweep(self, function: RetentionFunction) -> None:
        """List who is due, then read and write those customers, one or many at a time."""
        function.allow("dynamodb:Query", on=[f"{self.table.table_arn}/index/{DUE_INDEX}"])
        function.allow(*READ, *WRITE, on=[self.table.table_arn])
        function.set_environment(TABLE_NAME=self.table.table_name)

    def publish_changes_through(
        self, function: RetentionFunction, *, settings: StreamSettings
    ) -> DeadLetters:
        """Hand every change to the function, in order per customer; return where given-up changes are kept."""
        return StreamInbox(
            self, "Changes", table=self.table, function=function, settings=settings, filters=NEWS
        ).dead_letters


def _string(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
