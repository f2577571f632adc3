"""What the shop's developer sees: one page."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.constructs.event_inbox import EventInbox
from infra.constructs.retention_function import RetentionFunction

SIX_HOURS = Duration.hours(6)


class Dashboard(Construct):
    """One page from left to right along the ring: what comes in, what waits, what runs, what goes out."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        inboxes: Sequence[EventInbox],
        functions: Sequence[RetentionFunction],
        journeys: Mapping[str, sfn.StateMachine],
        dead_letters: Mapping[str, sqs.IQueue],
    ) -> None:
        super().__init__(scope, id)
        page = cloudwatch.Dashboard(self, "Page", default_interval=Duration.days(1))
        page.add_widgets(_explained())
        page.add_widgets(*_coming_in(inboxes, dead_letters))
        page.add_widgets(*_on_their_way(journeys))
        page.add_widgets(*_noticed({one.name: one for one in functions}, [i.function for i in inboxes]))
        page.add_widgets(*_going_out())
        page.add_widgets(*_at_work(functions))


def _coming_in(
    inboxes: Sequence[EventInbox], dead_letters: Mapping[str, sqs.IQueue]
) -> list[cloudwatch.GraphWidget]:
    sent = [i.queue.metric_number_of_messages_sent(label=i.function.name) for i in inboxes]
    ages = [
        i.queue.metric_approximate_age_of_oldest_message(label=i.function.name, statistic="Maximum")
        for i in inboxes
    ]
    kept = [
        queue.metric_approximate_number_of_messages_visible(label=name, statistic="Maximum")
        for name, queue in dead_letters.items()
    ]
    return [
        _graph("Events that came in", sent),
        _graph("Oldest event waiting (seconds)", ages),
        _graph("Not handled: should be empty", kept),
    ]


def _on_their_way(journeys: Mapping[str, sfn.StateMachine]) -> list[cloudwatch.GraphWidget]:
    failed = [machine.metric_failed(label=f"{name} failed") for name, machine in journeys.items()]
    left = [machine.metric_aborted(label=f"{name} left") for name, machine in journeys.items()]
    return [
        _graph("Journeys begun", [machine.metric_started(label=name) for name, machine in journeys.items()]),
        _graph(
            "Journeys ended", [machine.metric_succeeded(label=name) for name, machine in journeys.items()]
        ),
        _graph("Journeys failed or left early", failed + left),
    ]


def _noticed(
    functions: Mapping[str, RetentionFunction], inboxes: Sequence[RetentionFunction]
) -> list[cloudwatch.GraphWidget]:
    quiet = functions["find_quiet_customers"].own_metric("CustomersWentQuiet", label="went quiet")
    broken = functions["find_broken_promises"].own_metric("PromisesBroken", label="broken")
    return [
        _graph("Customers who went quiet", [quiet]),
        _graph("Promises broken: should be empty", [broken]),
        _graph("Events refused, by function", [one.own_metric("DeadLetters") for one in inboxes]),
    ]


def _going_out() -> list[cloudwatch.GraphWidget]:
    mail = [_ses(what) for what in ("Send", "Delivery", "Bounce", "Complaint")]
    return [
        _graph("E-mail of the whole account", mail),
        _graph("Texts of the whole account", [_texts("Delivered"), _texts("Failed")]),
        _graph("Texts, US dollars this month", [text_spending()]),
    ]


def _at_work(functions: Sequence[RetentionFunction]) -> list[cloudwatch.GraphWidget]:
    durations = [one.function.metric_duration(label=one.name, statistic="p99") for one in functions]
    return [
        _graph("Functions failing", [one.function.metric_errors(label=one.name) for one in functions]),
        _graph(
            "Functions without room", [one.function.metric_throttles(label=one.name) for one in functions]
        ),
        _graph("How long functions take (ms, slowest of 100)", durations),
    ]


def text_spending() -> cloudwatch.Metric:
    """What texts have cost this month, in US dollars, over the whole account."""
    return cloudwatch.Metric(
        namespace="AWS/SNS", metric_name="SMSMonthToDateSpentUSD", statistic="Maximum", period=SIX_HOURS
    )


def _explained() -> cloudwatch.TextWidget:
    words = (
        "# Escalera\n"
        "What shops tell us comes in at the top left. It waits in a queue until its function takes it, changes a "
        "customer, and may begin a journey; journeys send e-mail and texts. **Not handled** is the graph to keep "
        "empty: `escalera redrive` shows what is in there and puts it back."
    )
    return cloudwatch.TextWidget(markdown=words, width=24, height=3)


def _graph(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=8, height=6)


def _ses(name: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(namespace="AWS/SES", metric_name=name, label=name, statistic="Sum")


def _texts(fate: str) -> cloudwatch.IMetric:
    # Searched for, as what SNS calls a direct text in this dimension is not documented.
    search = f"SEARCH('{{AWS/SNS,PhoneNumber}} MetricName=\"NumberOfNotifications{fate}\"', 'Sum')"
    return cloudwatch.MathExpression(expression=search, using_metrics={}, label=fate.lower())
