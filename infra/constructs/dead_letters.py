"""Where what could not be handled waits for a person."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.nag import accept
from infra.naming import tag

KEPT_FOR = Duration.days(14)  # the longest SQS allows


class DeadLetters(Construct):
    """A queue that keeps failed events for 14 days; `escalera redrive` puts mended ones back."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=KEPT_FOR,
            removal_policy=RemovalPolicy.DESTROY,
        )
        tag(self.queue, queue="dead-letters")
        accept(
            self.queue,
            "This is itself a dead-letter queue: what it holds goes nowhere further by itself.",
            "AwsSolutions-SQS3",
            "Serverless-SQSRedrivePolicy",
        )
