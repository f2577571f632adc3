"""The two buses: by one, shops' events come in; by the other, Escalera's own go out."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from escalera.contracts.envelope import OWN_SOURCE, SHOP_SOURCE
from infra.constructs.retention_function import RetentionFunction

SHOP_SOURCES = events.Match.any_of(
    events.Match.exact_string(SHOP_SOURCE), events.Match.prefix(f"{SHOP_SOURCE}.")
)
NOT_OF_A_SHOP = events.Match.anything_but_wildcard(SHOP_SOURCE, f"{SHOP_SOURCE}.*", "aws.*")
"""No shop's source, and none of an AWS service that somebody forwards."""


class RetentionBus(Construct):
    """A bus that shops put events on, with an archive to replay, and a bus that Escalera alone puts events on.

    Who may put events on the first cannot forge Escalera's own: nothing hears them there (decision 021). AWS encrypts
    buses and archive with a key it owns, for nothing.
    """

    def __init__(self, scope: Construct, id: str, *, archive_days: int) -> None:
        super().__init__(scope, id)
        self.bus = events.EventBus(self, "Bus", description="What shops tell Escalera")
        self.own = events.EventBus(
            self, "Own", description="What Escalera publishes; nobody else puts events here"
        )
        events.Archive(
            self,
            "Archive",
            source_event_bus=self.bus,
            description="Every event that shops sent, to replay after a mistake",
            # What came by a wrong source is kept with the unknown events, and archived once it comes by the right one.
            event_pattern=events.EventPattern(source=SHOP_SOURCES),
            retention=Duration.days(archive_days),
        )
        self.shop_policy = iam.ManagedPolicy(
            self,
            "ShopMayPutEvents",
            description="Attach it to the shop's role: it may put events on Escalera's bus for shops, and nothing else",
            statements=[
                iam.PolicyStatement(actions=["events:PutEvents"], resources=[self.bus.event_bus_arn])
            ],
        )

    def grant_publish(self, function: RetentionFunction) -> None:
        """Put Escalera's own events on their bus."""
        function.allow("events:PutEvents", on=[self.own.event_bus_arn])
        function.set_environment(BUS_NAME=self.own.event_bus_name)


def shop_event(*names: str) -> events.EventPattern:
    """What a shop says: the source is `shop` or begins with `shop.`."""
    return events.EventPattern(source=SHOP_SOURCES, detail_type=list(names))


def shop_event_but(*names: str) -> events.EventPattern:
    """What a shop says by any other name than these."""
    return events.EventPattern(source=SHOP_SOURCES, detail_type=events.Match.anything_but(*names))


def event_of_nobody() -> events.EventPattern:
    """What comes by a source that is no shop's."""
    return events.EventPattern(source=NOT_OF_A_SHOP)


def own_event(*names: str, detail: Mapping[str, list[str]] | None = None) -> events.EventPattern:
    """What Escalera itself says; `detail` narrows it to events with one of these values in a field."""
    return events.EventPattern(source=[OWN_SOURCE], detail_type=list(names), detail=detail)
