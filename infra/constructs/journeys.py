"""The journeys, each a Standard state machine that Escalera's own events start."""

import json
from collections.abc import Mapping, Sequence
from typing import cast

from aws_cdk import ArnFormat, Stack
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
        stack = Stack.of(self)
        machines = self.machines.values()
        policy = self._grant(
            function, "MayStop", "states:StopExecution", [_executions(one) for one in machines]
        )
        for machine in machines:
            name = stack.resolve(cast("sfn.CfnStateMachine", machine.node.default_child).logical_id)
            arn = f"arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<{name}.Name>:*"
            accept(
                policy,
                "Executions get their names when they start: the star stands for those of this one journey.",
                f"AwsSolutions-IAM5[Resource::{arn}]",
            )

    def grant_wake(self, function: RetentionFunction) -> None:
        """Answer the task token of a step that waits for something."""
        arns = [machine.state_machine_arn for machine in self.machines.values()]
        self._grant(function, "MayWake", "states:SendTaskSuccess", arns)

    def grant_start(self, function: RetentionFunction) -> None:
        """Start any journey, as the rules of the bus do."""
        arns = [machine.state_machine_arn for machine in self.machines.values()]
        self._grant(function, "MayStart", "states:StartExecution", arns)

    def _grant(self, function: RetentionFunction, verb: str, action: str, resources: list[str]) -> iam.Policy:
        # A policy beside the role's own: the function waits for its role's policy, and the journeys for the
        # function, so what names the journeys must come last.
        return iam.Policy(
            self,
            f"{pascal(function.name)}{verb}",
            roles=[function.role],
            statements=[iam.PolicyStatement(actions=[action], resources=resources)],
        )


def _executions(machine: sfn.StateMachine) -> str:
    return Stack.of(machine).format_arn(
        service="states",
        resource="execution",
        resource_name=f"{machine.state_machine_name}:*",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
