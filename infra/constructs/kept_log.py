"""A log group that forgets in time."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.settings import Settings

_DAYS = {
    1: logs.RetentionDays.ONE_DAY,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}


class KeptLog(logs.LogGroup):
    """Kept for as many days as the stage says; in production it outlives the stack.

    CloudWatch encrypts it with its own key, for nothing; and no log of ours names a customer.
    """

    def __init__(self, scope: Construct, id: str, *, settings: Settings, name: str | None = None) -> None:
        """`name` is only for a log whose name somebody else decides."""
        if settings.log_retention_days not in _DAYS:
            message = f"log_retention_days is {settings.log_retention_days}: choose one of {', '.join(map(str, _DAYS))}"
            raise ValueError(message)
        super().__init__(
            scope,
            id,
            log_group_name=name,
            retention=_DAYS[settings.log_retention_days],
            removal_policy=RemovalPolicy.RETAIN if settings.protects_data else RemovalPolicy.DESTROY,
        )
