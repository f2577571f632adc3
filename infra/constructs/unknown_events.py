"""What comes by a name or a source that nobody knows: a misspelt event is kept for a person, not lost."""

from collections.abc import Iterable

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.constructs.dead_letters import DeadLetters
from infra.constructs.retention_bus import event_of_nobody, shop_event_but
from infra.naming import tag

UNKNOWN_EVENTS = "unknown_events"
"""Not a function: `escalera redrive` calls this queue so."""


class UnknownEvents(Construct):
    """Keeps every event on the shops' bus that no function hears; `escalera redrive` corrects its name or source."""

    def __init__(self, scope: Construct, id: str, *, bus: events.IEventBus, known: Iterable[str]) -> None:
        super().__init__(scope, id)
        self.kept = DeadLetters(self, "DeadLetters")
        tag(self.kept, function=UNKNOWN_EVENTS)
        for name, about, pattern in (
            ("Rule", "The shop says what nobody knows", shop_event_but(*known)),
            ("WrongSource", "Somebody speaks by a source that is no shop's", event_of_nobody()),
        ):
            events.Rule(
                self,
                name,
                event_bus=bus,
                description=about,
                event_pattern=pattern,
                targets=[targets.SqsQueue(self.kept.queue, dead_letter_queue=self.kept.queue)],
            )
