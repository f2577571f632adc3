"""The journeys, each a Standard state machine that Escalera's own events start."""

import json
from collections.abc import Mapping, Sequence

from aws_cdk import ArnFormat, Aws, RemovalPolicy, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.assembly import PERFORM_STEP, CompiledJourney
from infra.constructs.dead_letters import DeadLetters
from infra.constructs.kept_log import KeptLog
from infra.constructs.retention_bus import own_event
from infra.constructs.retention_function import RetentionFunction
from infra.nag import accept
from infra.naming import pascal, tag
from infra.settings import Settings
from infra.trust import service_of_this_account


class Journeys(Construct):
    """All state machines, with one role to run them, one to start them and one log of what went wrong.

    One log group for all: CloudWatch keeps one policy of bounded length about who may write, and a group for each
    journey would fill it.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        journeys: Sequence[CompiledJourney],
        bus: events.IEventBus,
        perform_step: RetentionFunction,
        settings: Settings,
    ) -> None:
        super().__init__(scope, id)
        self._perform_step = perform_step
        self._log = KeptLog(self, "Errors", settings=settings)
        self._running = iam.Role(self, "Running", assumed_by=service_of_this_account("states.amazonaws.com"))
        self._running.add_to_policy(
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"], resources=[perform_step.function.function_arn]
            )
        )
        accept(
            self._running,
            "X-Ray and the delivery of logs take no resource; what the role may call is perform_step alone.",
            "AwsSolutions-IAM5[Resource::*]",
        )
        self._starting = iam.Role(
            self, "Starting", assumed_by=service_of_this_account("events.amazonaws.com")
        )
        self.not_started = DeadLetters(self, "NotStarted")
        self.machines = {journey.name: self._machine(journey, bus) for journey in journeys}

    def _machine(self, journey: CompiledJourney, bus: events.IEventBus) -> sfn.StateMachine:
        machine = sfn.StateMachine(
            self,
            pascal(journey.name),
            comment=journey.about,
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_string(json.dumps(journey.definition)),
            definition_substitutions={PERFORM_STEP[2:-1]: self._perform_step.function.function_arn},
            role=self._running,
            tracing_enabled=True,
            # Only errors, and without the data: a customer's life should not be copied into a log, nor billed there.
            logs=sfn.LogOptions(
                destination=self._log, level=sfn.LogLevel.ERROR, include_execution_data=False
            ),
        )
        tag(machine, journey=journey.name)
        # People in a journey that is removed or renamed finish it: the rule that starts it goes, its state machine stays.
        # Deleted, it would end their executions at their next step. `escalera doctor` says which ones can be deleted.
        machine.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        accept(
            machine,
            "Step Functions itself keeps the history of every execution for 90 days; the log holds errors alone.",
            "AwsSolutions-SF1",
        )
        events.Rule(
            self,
            f"{pascal(journey.name)}Starts",
            event_bus=bus,
            description=f"{journey.starts_on} starts {journey.name}",
            event_pattern=own_event(
                journey.starts_on,
                detail={"group": sorted(journey.starts_for)} if journey.starts_for else None,
            ),
            targets=[
                targets.SfnStateMachine(
                    machine, role=self._starting, dead_letter_queue=self.not_started.queue
                )
            ],
        )
        return machine

    def ended(self, how: Mapping[str, Sequence[object]]) -> events.EventPattern:
        """What Step Functions says of executions that ended like this, on the account's default bus.

        By a part of the machines' names: a pattern has no room for the ARNs of many journeys.
        """
        machines = {"wildcard": f"arn:*:stateMachine:*{self.node.id}*"}
        return events.EventPattern(
            source=["aws.states"],
            detail_type=["Step Functions Execution Status Change"],
            detail={"stateMachineArn": [machines], **how},
        )

    def names_by_machine(self) -> str:
        """JSON: the journeys' names by the ARNs of their state machines."""
        return Stack.of(self).to_json_string(
            {machine.state_machine_arn: name for name, machine in self.machines.items()}
        )

    def grant_stop(self, function: RetentionFunction) -> None:
        """Stop any execution of any journey, and of nothing else."""
        self._grant(function, "MayStop", "states:StopExecution", self._arns("execution", ":*"))

    def grant_look(self, function: RetentionFunction) -> None:
        """See how far any execution of any journey has come."""
        self._grant(function, "MayLook", "states:DescribeExecution", self._arns("execution", ":*"))

    def grant_wake(self, function: RetentionFunction) -> None:
        """Answer the task token of a step that waits for something."""
        self._grant(function, "MayWake", "states:SendTaskSuccess", self._arns("stateMachine"))

    def _arns(self, resource: str, end: str = "") -> list[str]:
        """The state machines of all journeys, or their executions: those of this release, and those removed in earlier ones.

        CloudFormation makes up their names; they begin as the logical ids do, behind the stack's name or without it.
        """
        stack = Stack.of(self)
        return [
            stack.format_arn(
                service="states",
                resource=resource,
                resource_name=f"{before}{self.node.id}*{end}",
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            )
            for before in ("", f"{stack.stack_name}-")
        ]

    def grant_start(self, function: RetentionFunction) -> None:
        """Start any journey, as the rules of the bus do."""
        arns = [machine.state_machine_arn for machine in self.machines.values()]
        self._grant(function, "MayStart", "states:StartExecution", arns)

    def _grant(self, function: RetentionFunction, verb: str, action: str, resources: list[str]) -> iam.Policy:
        # A policy beside the role's own: the function waits for its role's policy, and the journeys for the
        # function, so what names the journeys must come last.
        policy = iam.Policy(
            self,
            f"{pascal(function.name)}{verb}",
            roles=[function.role],
            statements=[iam.PolicyStatement(actions=[action], resources=resources)],
        )
        for resource in (one for one in resources if "*" in one):
            arn = resource.replace(Aws.PARTITION, "<AWS::Partition>").replace(Aws.REGION, "<AWS::Region>")
            accept(
                policy,
                "A state machine outlives its journey while people are in it, and no template names it then: the star "
                "stands for the journeys of this and earlier releases. Only executions noted in the table are asked for.",
                f"AwsSolutions-IAM5[Resource::{arn.replace(Aws.ACCOUNT_ID, '<AWS::AccountId>')}]",
            )
        return policy
