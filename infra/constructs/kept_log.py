"""A log group that forgets in time."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.settings import Settings

_DAYS = {
    1: logs.RetentionDays.ONE_DAY,
    3: logs.RetentionDays.THREE_DAYS,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}


class KeptLog(logs.LogGroup):
    """Kept for as many days as the stage says; in production it outlives the stack.

    CloudWatch encrypts it with its own key, for nothing; and no log that our functions write names a customer.
    """

    def __init__(self, scope: Construct, id: str, *, settings: Settings) -> None:
        super().__init__(
            scope,
            id,
            retention=retention_of(settings.log_retention_days),
            removal_policy=RemovalPolicy.RETAIN if settings.protects_data else RemovalPolicy.DESTROY,
        )


def retention_of(days: int) -> logs.RetentionDays:
    """As CloudWatch calls a number of days; ValueError for a number that it does not know."""
    if days not in _DAYS:
        message = f"log_retention_days is {days}: choose one of {', '.join(map(str, _DAYS))}"
        raise ValueError(message)
    return _DAYS[days]
