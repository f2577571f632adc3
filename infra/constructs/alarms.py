"""What wakes somebody."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.constructs.event_inbox import EventInbox
from infra.constructs.retention_function import RetentionFunction
from infra.constructs.unknown_events import UNKNOWN_EVENTS
from infra.nag import accept
from infra.naming import pascal
from infra.trust import OF_THIS_ACCOUNT

FIVE_MINUTES = Duration.minutes(5)
DEAD_LETTERS_OF = {
    UNKNOWN_EVENTS: "An event came by a name or a source that nobody knows, such as a misspelt one, so no function heard it. It "
    f"is kept for 14 days: `escalera redrive {UNKNOWN_EVENTS}` shows it; --rename and --source put it on the bus corrected.",
    "publish_changes": "Changes of the table could not be told, so journeys did not start or end by them. The stream keeps them "
    "for 24 hours, no longer: find in the function's log what was wrong, mend it, and within that time run `escalera redrive "
    "publish_changes --all`, which reads them again and has them told.",
    "archive_records": "Changes of the table could not be archived: a rebuild would miss them. The stream keeps them for 24 "
    "hours: find in the function's log what was wrong, mend it, and within that time run `escalera redrive archive_records "
    "--all`, which reads them again and archives them.",
    "schedules": "A call by the clock could not be made within the hour. Nothing is lost: the next one finds who is still due. "
    "`escalera redrive schedules` shows why.",
}
"""What happened, and what to do, where the dead letters are no events of an inbox."""


class Alarms(Construct):
    """One topic that every alarm rings. Each alarm's description says what happened and where to look.

    The topic has no key of its own: alarms name queues and functions, never a customer, and the key that AWS
    manages for SNS would keep CloudWatch out, so the price would be a key of a dollar a month.
    """

    def __init__(self, scope: Construct, id: str, *, email: str | None) -> None:
        super().__init__(scope, id)
        self.topic = sns.Topic(self, "Topic", display_name="Escalera alarms", enforce_ssl=True)
        # A topic with a policy loses the default that let the account's own alarms in.
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions=OF_THIS_ACCOUNT,
            )
        )
        if email is not None:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))
            accept(
                self.topic,
                "A person's mailbox is no queue: what it refuses, the alarm's own history still shows.",
                "Serverless-SNSRedrivePolicy",
            )

    def ring(
        self, id: str, metric: cloudwatch.IMetric, *, above: float, because: str, periods: int = 1
    ) -> None:
        """Ring when the metric goes above a number for so many periods; no data is good news."""
        alarm = cloudwatch.Alarm(
            self,
            id,
            metric=metric,
            alarm_description=because,
            threshold=above,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))

    def watch_inbox(self, inbox: EventInbox) -> None:
        """Events that nobody could handle, and events that wait too long."""
        name = inbox.function.name
        self.watch_dead_letters(name, inbox.dead_letters.queue)
        self.ring(
            f"{pascal(name)}Late",
            inbox.queue.metric_approximate_age_of_oldest_message(period=FIVE_MINUTES, statistic="Maximum"),
            above=inbox.settings.alarm_age_seconds,
            periods=3,
            because=f"Events have been waiting for {name}: is it failing, or is there more than it may do at once?",
        )

    def watch_dead_letters(self, name: str, queue: sqs.IQueue) -> None:
        """Anything at all in a queue of dead letters."""
        self.ring(
            f"{pascal(name)}DeadLetters",
            queue.metric_approximate_number_of_messages_visible(period=FIVE_MINUTES, statistic="Maximum"),
            above=0,
            because=DEAD_LETTERS_OF.get(
                name,
                f"Something meant for {name} could not be handled and is kept for 14 days: `escalera redrive {name}` shows "
                "why. Where it gives a reason, correct the event and put it back; the rest is tried again every quarter of an "
                "hour and goes by itself once the trouble is over.",
            ),
        )

    def watch_function(self, function: RetentionFunction) -> None:
        """A function that crashes or runs out of time."""
        self.ring(
            f"{pascal(function.name)}Errors",
            function.function.metric_errors(period=FIVE_MINUTES),
            above=0,
            periods=3,
            because=f"{function.name} has been failing for a quarter of an hour: its log says why.",
        )

    def watch_room(self, function: RetentionFunction) -> None:
        """Calls that found no room. Not for functions behind an inbox: there it shows as events that wait."""
        self.ring(
            f"{pascal(function.name)}Throttles",
            function.function.metric_throttles(period=FIVE_MINUTES),
            above=0,
            periods=3,
            because=f"{function.name} has been called more often at once than it may run: raise its reserve in "
            "infra/settings.py, or the account's quota.",
        )

    def watch_journey(self, name: str, machine: sfn.StateMachine) -> None:
        """An execution that failed: that customer's journey ended before its time."""
        self.ring(
            f"{pascal(name)}Failed",
            machine.metric_failed(period=FIVE_MINUTES),
            above=0,
            because=f"The journey {name} failed for a customer: `escalera redrive journeys` shows for whom, at which step and "
            "why. Repair that, then put them back within 14 days: `escalera redrive journeys --all`.",
        )

    def watch_dispatch(self, machine: sfn.StateMachine) -> None:
        """A message of which nobody knows whether its provider took it."""
        self._ring_if_not_ended(
            machine,
            failed="DispatchBroke",
            timed_out="DispatchTooLong",
            because="A message went to its provider, and how it ended is not known: the log of perform_step names "
            "the run. It is not sent again; the provider's feedback settles it, or it is noted as unconfirmed.",
        )

    def watch_night(self, machine: sfn.StateMachine) -> None:
        """A night that failed or ran out of time: yesterday's classes, groups and cut points stay in use."""
        self._ring_if_not_ended(
            machine,
            failed="NightFailed",
            timed_out="NightTooLong",
            because="The nightly score did not end: its executions in Step Functions show the step. Nothing is "
            "half done: run it again with `escalera score`, or leave it to the next night.",
        )

    def _ring_if_not_ended(
        self, machine: sfn.StateMachine, *, failed: str, timed_out: str, because: str
    ) -> None:
        for name, metric in ((failed, machine.metric_failed), (timed_out, machine.metric_timed_out)):
            self.ring(name, metric(period=FIVE_MINUTES), above=0, because=because)

    def watch_stream(
        self, function: RetentionFunction, *, above_seconds: int, because: str | None = None
    ) -> None:
        """Changes of the table that are handled late."""
        age = function.function.metric("IteratorAge", period=FIVE_MINUTES, statistic="Maximum")
        self.ring(
            f"{pascal(function.name)}Late",
            age,
            above=above_seconds * 1000,
            periods=3,
            because=because or f"Changes have been waiting for {function.name}: journeys start and end late.",
        )

    def watch_removals(self, removed: cloudwatch.IMetric) -> None:
        """Records that somebody, or an accident, removed from the table."""
        self.ring(
            "RecordsRemovedByHand",
            removed,
            above=0,
            because="Records were removed from the table by neither Escalera nor their lifetime. Replay nothing now: people "
            "would be thanked twice. `escalera rebuild --dry-run` says what is missing, `escalera rebuild` restores it: "
            "docs/how-to/restore-the-table.md.",
        )

    def watch_spending(self, spent: cloudwatch.IMetric, *, above_usd: float) -> None:
        """Texts that cost more than expected."""
        self.ring(
            "TextSpending",
            spent,
            above=above_usd,
            because=f"Texts have cost more than {above_usd:g} US dollars this month; at the account's limit AWS "
            "stops sending them.",
        )
