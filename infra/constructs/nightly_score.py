"""The nightly score: a state machine, the files of its nights, and who may do what."""

import json
from collections.abc import Mapping
from typing import cast

from aws_cdk import ArnFormat, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.constructs.customer_table import CustomerTable
from infra.constructs.kept_log import KeptLog
from infra.constructs.retention_function import RetentionFunction
from infra.nag import accept
from infra.naming import pascal
from infra.night_machine import FOLDER, MAP_LABEL, TURN, night_definition
from infra.settings import Settings
from infra.trust import service_of_this_account

MACHINE = "nightly_score"


class NightlyScore(Construct):
    """Exports the table, scores everybody, writes back what changed. Executions start it, one at a time.

    Its files hold what the table holds, so they are encrypted, closed to the public, and gone after a few days. The
    bucket outlives its stack and empties itself: CloudFormation removes no bucket that still holds a night.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        customers: CustomerTable,
        functions: Mapping[str, RetentionFunction],
        settings: Settings,
    ) -> None:
        """`functions`: those the nights call, by name."""
        super().__init__(scope, id)
        self._table = customers.table
        self.files = s3.Bucket(
            self,
            "Files",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=Duration.days(settings.night.keep_files_days),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
            removal_policy=RemovalPolicy.RETAIN,
        )
        accept(
            self.files,
            "Only this state machine's role and its functions reach the bucket, and each night is an execution "
            "that Step Functions records: a log of every file read would tell nothing more.",
            "AwsSolutions-S1",
        )
        self._role = iam.Role(self, "Running", assumed_by=service_of_this_account("states.amazonaws.com"))
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            comment="What every customer is worth, which class and groups they are in, and the day's measures",
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_string(
                json.dumps(night_definition(concurrency=settings.night.concurrency))
            ),
            definition_substitutions={
                "Table": self._table.table_name,
                "TableArn": self._table.table_arn,
                "Files": self.files.bucket_name,
                **{pascal(name): one.function.function_arn for name, one in functions.items()},
            },
            role=self._role,
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=KeptLog(self, "Errors", settings=settings),
                level=sfn.LogLevel.ERROR,
                include_execution_data=False,
            ),
        )
        accept(
            self.machine,
            "Step Functions itself keeps the history of every execution for 90 days; the log holds errors alone.",
            "AwsSolutions-SF1",
        )
        self._let_it_run(functions)

    def grant_files(
        self, function: RetentionFunction, *, reads: tuple[str, ...] = (), writes: tuple[str, ...] = ()
    ) -> None:
        """Let a function read, and list, or write these folders of any night."""
        if reads:
            function.allow("s3:GetObject", on=[self._in_any_night(folder) for folder in reads])
            function.allow("s3:ListBucket", on=[self.files.bucket_arn])
        if writes:
            function.allow("s3:PutObject", on=[self._in_any_night(folder) for folder in writes])
        function.set_environment(NIGHT_FILES=self.files.bucket_name)
        self._accept_stars(
            function.role,
            "The first star is the night, named when it starts; the second a file of this one folder.",
            *(f"<{self._id(self.files)}.Arn>/{FOLDER}/*/{folder}/*" for folder in (*reads, *writes)),
        )

    def _let_it_run(self, functions: Mapping[str, RetentionFunction]) -> None:
        table, machine = self._table.table_arn, self.machine
        self._role.add_to_policy(
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"],
                resources=[one.function.function_arn for one in functions.values()],
            )
        )
        self._role.add_to_policy(
            iam.PolicyStatement(
                actions=["dynamodb:GetItem", "dynamodb:PutItem"],
                resources=[table],
                conditions={"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [TURN["pk"]["S"]]}},
            )
        )
        self._role.add_to_policy(
            iam.PolicyStatement(actions=["dynamodb:ExportTableToPointInTime"], resources=[table])
        )
        self._role.add_to_policy(
            iam.PolicyStatement(actions=["dynamodb:DescribeExport"], resources=[f"{table}/export/*"])
        )
        # The service writes an export with the rights of whoever asked for it.
        self._role.add_to_policy(
            iam.PolicyStatement(
                actions=["s3:PutObject", "s3:PutObjectAcl", "s3:AbortMultipartUpload", "s3:GetObject"],
                resources=[self._in_any_night("AWSDynamoDB")],
            )
        )
        # Beside the role's own policy: the machine waits for its role, and this names the machine.
        own = iam.Policy(
            self,
            "MayStartItsParts",
            roles=[self._role],
            statements=[
                iam.PolicyStatement(actions=["states:StartExecution"], resources=[machine.state_machine_arn]),
                iam.PolicyStatement(
                    actions=["states:DescribeExecution", "states:StopExecution"],
                    resources=[self._executions(":*"), self._executions(f"/{MAP_LABEL}:*")],
                ),
            ],
        )
        accept(
            self._role,
            "X-Ray and the delivery of logs take no resource; what the role may call is named.",
            "AwsSolutions-IAM5[Resource::*]",
        )
        self._accept_stars(
            self._role,
            "Exports and nights get their names when they start: the star stands for those of this one table.",
            f"<{self._id(self._table)}.Arn>/export/*",
            f"<{self._id(self.files)}.Arn>/{FOLDER}/*/AWSDynamoDB/*",
        )
        prefix = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:"
        self._accept_stars(
            own,
            "Executions get their names when they start: the star stands for those of this one state machine.",
            *(f"{prefix}<{self._id(machine)}.Name>{rest}" for rest in (":*", f"/{MAP_LABEL}:*")),
        )

    def _in_any_night(self, folder: str) -> str:
        return self.files.arn_for_objects(f"{FOLDER}/*/{folder}/*")

    def _executions(self, rest: str) -> str:
        return Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{self.machine.state_machine_name}{rest}",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )

    def _id(self, construct: Construct) -> str:
        found = cast("sfn.CfnStateMachine", construct.node.default_child).logical_id
        return str(Stack.of(self).resolve(found))

    @staticmethod
    def _accept_stars(construct: Construct, because: str, *resources: str) -> None:
        accept(construct, because, *(f"AwsSolutions-IAM5[Resource::{one}]" for one in resources))
