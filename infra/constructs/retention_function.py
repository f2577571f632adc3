"""The one kind of Lambda Escalera has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.kept_log import KeptLog
from infra.constructs.shared_layers import ARCHITECTURE, SharedLayers
from infra.nag import accept
from infra.naming import pascal, tag
from infra.settings import Settings

HANDLER = "handler.handler"
METRICS_NAMESPACE = "Escalera"
"""What the functions count stands under this and the stage."""
NOT_SHIPPED = ["**/__pycache__", "**/*.pyc", "**/.DS_Store", "**/*.po", "**/babel.cfg"]


@dataclass(frozen=True, kw_only=True)
class FunctionDefaults:
    """What every function of a stack has in common."""

    folder: Path
    """The folder that holds one folder per function."""
    runtime: lambda_.Runtime
    layers: SharedLayers
    settings: Settings


class RetentionFunction(Construct):
    """A function from its folder, with a role of its own that may log and trace and nothing else until granted."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        defaults: FunctionDefaults,
        about: str,
        dead_letters: sqs.IQueue | None = None,
        computes: bool = False,
    ) -> None:
        """`dead_letters` is for functions called asynchronously: Lambda itself puts events there that failed.

        `computes`: it gets numpy and scipy.
        """
        super().__init__(scope, pascal(name))
        self.name = name
        settings = defaults.settings
        self.settings = settings.function(name)
        self.metrics_namespace = f"{METRICS_NAMESPACE}/{settings.stage}"
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group = KeptLog(self, "Logs", settings=settings)
        log_group.grant_write(self.role)
        self.function = lambda_.Function(
            self,
            "Function",
            description=about,
            code=lambda_.Code.from_asset(str(defaults.folder / name), exclude=NOT_SHIPPED),
            handler=HANDLER,
            runtime=defaults.runtime,
            architecture=ARCHITECTURE,
            layers=[*defaults.layers.versions, *([defaults.layers.scoring] if computes else [])],
            role=self.role,
            memory_size=self.settings.memory_mb,
            timeout=Duration.seconds(self.settings.timeout_seconds),
            reserved_concurrent_executions=self.settings.reserved_concurrency,
            tracing=lambda_.Tracing.ACTIVE,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            # Not DEBUG: Lambda sets it on every logger, and botocore's would write whole requests, addresses too.
            # Not WARN: what carries our metrics is a line without a level, which counts as INFO.
            application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
            dead_letter_queue=dead_letters,
            environment={
                "POWERTOOLS_SERVICE_NAME": name,
                "POWERTOOLS_METRICS_NAMESPACE": self.metrics_namespace,
                "POWERTOOLS_LOG_LEVEL": settings.log_level,
                # Time zones as of the tzdata that ships with us: that of a machine may be years old.
                "PYTHONTZPATH": "",
            },
        )
        tag(self, function=name)
        accept(
            self.role,
            "X-Ray takes segments without naming a resource; nothing else in this role is granted on *.",
            "AwsSolutions-IAM5[Resource::*]",
        )
        if dead_letters is None:
            accept(
                self.function,
                "Called by a queue, a stream or a state machine, each of which keeps what failed: nobody calls "
                "this function asynchronously, and only then would Lambda use a dead-letter queue.",
                "Serverless-LambdaDLQ",
            )

    def own_metric(self, name: str, *, label: str | None = None) -> cloudwatch.Metric:
        """The sum of something that this function itself counts."""
        return cloudwatch.Metric(
            namespace=self.metrics_namespace,
            metric_name=name,
            dimensions_map={"service": self.name},
            label=label or self.name,
            statistic="Sum",
        )

    def set_environment(self, **variables: str) -> None:
        """Hand the function what its `*Env` model asks for."""
        for key, value in variables.items():
            self.function.add_environment(key, value)

    def allow(self, *actions: str, on: Sequence[str]) -> None:
        """Grant exactly these actions on exactly these resources."""
        self.role.add_to_principal_policy(iam.PolicyStatement(actions=list(actions), resources=list(on)))

    def allow_if(self, conditions: Mapping[str, Mapping[str, Any]], *actions: str, on: Sequence[str]) -> None:
        """The same, under conditions of IAM."""
        self.role.add_to_principal_policy(
            iam.PolicyStatement(actions=list(actions), resources=list(on), conditions=dict(conditions))
        )
