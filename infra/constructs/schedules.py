"""The clock: functions that look, at their times, for whoever needs a look, and the nightly score."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.constructs.dead_letters import DeadLetters
from infra.constructs.retention_function import RetentionFunction
from infra.naming import pascal
from infra.trust import service_of_this_account

HOUR = 3600


class Schedules(Construct):
    """Calls by EventBridge Scheduler, in the shop's own time zone, by a role that may call just what is named."""

    def __init__(self, scope: Construct, id: str, *, time_zone: str) -> None:
        super().__init__(scope, id)
        self._time_zone = time_zone
        self.missed = DeadLetters(self, "Missed")
        self._role = iam.Role(self, "Role", assumed_by=service_of_this_account("scheduler.amazonaws.com"))
        self._allow("sqs:SendMessage", self.missed.queue.queue_arn)

    def call(self, function: RetentionFunction, *, expression: str, about: str) -> None:
        """Call a function by a rate or a cron expression; a call that cannot be made within the hour is kept."""
        self._allow("lambda:InvokeFunction", function.function.function_arn)
        self._schedule(pascal(function.name), function.function.function_arn, expression, about)

    def start(self, machine: sfn.StateMachine, *, name: str, expression: str, about: str) -> None:
        """Start a state machine; a start that cannot be made within the hour is kept."""
        self._allow("states:StartExecution", machine.state_machine_arn)
        self._schedule(pascal(name), machine.state_machine_arn, expression, about)

    def _schedule(self, id: str, target: str, expression: str, about: str) -> None:
        scheduler.CfnSchedule(
            self,
            id,
            description=about,
            schedule_expression=expression,
            schedule_expression_timezone=self._time_zone,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=target,
                role_arn=self._role.role_arn,
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(
                    arn=self.missed.queue.queue_arn
                ),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=HOUR, maximum_retry_attempts=10
                ),
            ),
        ).node.add_dependency(self._role)

    def _allow(self, action: str, resource: str) -> None:
        self._role.add_to_policy(iam.PolicyStatement(actions=[action], resources=[resource]))
