"""What a shop says by a name that nobody knows: a misspelt event is kept for a person, not lost."""

from collections.abc import Iterable

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.constructs.dead_letters import DeadLetters
from infra.constructs.retention_bus import shop_event_but
from infra.naming import tag

UNKNOWN_EVENTS = "unknown_events"
"""Not a function: `escalera redrive` calls this queue so."""


class UnknownEvents(Construct):
    """Keeps every event of a shop that no function hears; `escalera redrive` puts it on the bus by its right name."""

    def __init__(self, scope: Construct, id: str, *, bus: events.IEventBus, known: Iterable[str]) -> None:
        super().__init__(scope, id)
        self.kept = DeadLetters(self, "DeadLetters")
        tag(self.kept, function=UNKNOWN_EVENTS)
        events.Rule(
            self,
            "Rule",
            event_bus=bus,
            description="The shop says what nobody knows",
            event_pattern=shop_event_but(*known),
            targets=[targets.SqsQueue(self.kept.queue, dead_letter_queue=self.kept.queue)],
        )
