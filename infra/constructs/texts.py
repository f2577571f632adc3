"""Text messages by SNS: sending, receipts, and what customers answer.

Two things belong to the account, not to a stack, and `escalera doctor` looks after them: the monthly spending
limit, and the switch that makes SNS write receipts (its delivery status role).
"""

from aws_cdk import Aws, Fn, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_logs_destinations as destinations
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.constructs.event_inbox import EventInbox
from infra.constructs.kept_log import retention_of
from infra.constructs.retention_function import RetentionFunction
from infra.nag import accept
from infra.settings import Settings
from infra.trust import service_of_this_account

# SNS writes receipts of texts to these two and nowhere else: here a name is the contract.
RECEIPTS = "sns/${AWS::Region}/${AWS::AccountId}/DirectPublishToPhoneNumber"
RECEIPT_LOGS = {"Delivered": RECEIPTS, "Failed": f"{RECEIPTS}/Failure"}
RECEIPTS_KEPT_DAYS = 3
"""Receipts hold phone numbers, and erasure does not reach them. They are handled within seconds; three days are for
looking into what failed over a weekend."""


class Texts(Construct):
    """The topic for answers, the logs of receipts, and the permission to send."""

    def __init__(self, scope: Construct, id: str, *, settings: Settings) -> None:
        super().__init__(scope, id)
        self._receipts = {kind: self._receipt_log(kind, settings) for kind in RECEIPT_LOGS}
        # Answers hold telephone numbers. The key that AWS manages for SNS is enough: the one who publishes is a
        # role of this account, which that key lets in, so a key of our own would only add its monthly price.
        self.replies = sns.Topic(
            self,
            "Replies",
            display_name="What customers answer to texts",
            master_key=kms.Alias.from_alias_name(self, "SnsKey", "alias/aws/sns"),
            enforce_ssl=True,
        )
        self.replies_role = iam.Role(
            self,
            "RepliesRole",
            assumed_by=service_of_this_account("sms-voice.amazonaws.com"),
            description="Lets a two-way telephone number hand customers' answers to the topic",
        )
        self.replies_role.add_to_policy(
            iam.PolicyStatement(actions=["sns:Publish"], resources=[self.replies.topic_arn])
        )

    def _receipt_log(self, kind: str, settings: Settings) -> logs.ILogGroup:
        name = Fn.sub(RECEIPT_LOGS[kind])
        if settings.manages_sms_logs:
            return logs.LogGroup(
                self,
                f"{kind}Texts",
                log_group_name=name,
                retention=retention_of(RECEIPTS_KEPT_DAYS),
                # Left behind, its name would keep the next stack from being made.
                removal_policy=RemovalPolicy.DESTROY,
            )
        return logs.LogGroup.from_log_group_name(self, f"{kind}Texts", name)

    def hand_receipts_to(self, function: RetentionFunction) -> None:
        """Call the function with every receipt, as CloudWatch Logs delivers them (`awslogs`)."""
        for kind, log in self._receipts.items():
            logs.SubscriptionFilter(
                self,
                f"{kind}Receipts",
                log_group=log,
                destination=destinations.LambdaDestination(function.function),
                filter_pattern=logs.FilterPattern.all_events(),
            )

    def hand_replies_to(self, inbox: EventInbox) -> None:
        """Put every answer into the inbox, in SNS's envelope."""
        self.replies.add_subscription(
            subscriptions.SqsSubscription(inbox.queue, dead_letter_queue=inbox.dead_letters.queue)
        )

    def grant_send(self, role: iam.Role) -> None:
        """Send texts to telephone numbers, and publish to nothing else.

        A phone number has no ARN, and IAM takes only ARNs and `*` as a resource: so the grant is on `*`. The denial of
        every ARN of SNS (topics, platform applications, devices) leaves the numbers, whatever else the role is granted.
        """
        role.add_to_policy(iam.PolicyStatement(actions=["sns:Publish"], resources=["*"]))
        role.add_to_policy(
            iam.PolicyStatement(
                effect=iam.Effect.DENY, actions=["sns:Publish"], resources=[f"arn:{Aws.PARTITION}:sns:*:*:*"]
            )
        )
        accept(
            role,
            "A phone number has no ARN, so texts can be granted on * only; the denial beside it shuts out all that has one.",
            "AwsSolutions-IAM5[Resource::*]",
        )
