"""The bus all events come in by and go out by."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_events as events
from constructs import Construct

from infra.constructs.retention_function import RetentionFunction

OWN_SOURCE = "escalera"
SHOP_SOURCES = events.Match.any_of(events.Match.exact_string("shop"), events.Match.prefix("shop."))


class RetentionBus(Construct):
    """A bus of its own, whose archive can replay what happened. AWS encrypts both with a key it owns, for nothing."""

    def __init__(self, scope: Construct, id: str, *, archive_days: int) -> None:
        super().__init__(scope, id)
        self.bus = events.EventBus(
            self, "Bus", description="What shops tell Escalera, and what Escalera tells all"
        )
        events.Archive(
            self,
            "Archive",
            source_event_bus=self.bus,
            description="Every event that shops sent, to replay after a mistake",
            # Only what shops sent: Escalera's own events follow from these, and would then happen twice.
            event_pattern=events.EventPattern(source=SHOP_SOURCES),
            retention=Duration.days(archive_days),
        )

    def grant_publish(self, function: RetentionFunction) -> None:
        """Put events on this bus."""
        function.allow("events:PutEvents", on=[self.bus.event_bus_arn])
        function.set_environment(BUS_NAME=self.bus.event_bus_name)


def shop_event(*names: str) -> events.EventPattern:
    """What a shop says: the source is `shop` or begins with `shop.`."""
    return events.EventPattern(source=SHOP_SOURCES, detail_type=list(names))


def shop_event_but(*names: str) -> events.EventPattern:
    """What a shop says by any other name than these."""
    return events.EventPattern(source=SHOP_SOURCES, detail_type=events.Match.anything_but(*names))


def own_event(*names: str, detail: Mapping[str, list[str]] | None = None) -> events.EventPattern:
    """What Escalera itself says; `detail` narrows it to events with one of these values in a field."""
    return events.EventPattern(source=[OWN_SOURCE], detail_type=list(names), detail=detail)
