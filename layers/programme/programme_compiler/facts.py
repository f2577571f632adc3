"""Which facts a message may name: those that are surely there at every step that sends it."""

from collections.abc import Iterator
from dataclasses import dataclass

from escalera.journeys.file_model import PromiseStep, RewardStep, SendStep
from escalera.journeys.numbered import NumberedStep, number_steps
from escalera.journeys.occasions import OCCASIONS, Recipient, recipient_of
from escalera.journeys.texts import FACTS
from programme_compiler.source import Source

_LATER = frozenset({"complaint.answer_by"})
"""Facts of a cause that only some step brings."""
_WITH = {"order": frozenset({"links.opinion"})}
"""Links that only a message about such a cause can have: an opinion is one of an order."""
_OF_RECIPIENT = {
    Recipient.NEW_ADDRESS: frozenset({"links.confirm"}),
    Recipient.FORMER_ADDRESS: frozenset({"links.take_back"}),
}
"""The one link of a message to an address that is not the customer's now."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known at one step: facts as `order.number`, and the rewards that may have been granted."""

    facts: frozenset[str]
    rewards: frozenset[str] = frozenset()

    def also(self, *groups: str) -> "Known":
        """With all the facts of these groups, but those only a step brings."""
        links = frozenset[str]().union(*(_WITH.get(group, frozenset()) for group in groups))
        return Known(self.facts | (facts_of(*groups) - _LATER) | links, self.rewards)


@dataclass(frozen=True, slots=True)
class Sending:
    """One step that sends a message."""

    journey: str
    starts_on: str
    step: str
    known: Known


def facts_of(*groups: str) -> frozenset[str]:
    """The facts of these groups: `silence` has `silence.days`."""
    return frozenset(f"{group}.{fact}" for group in groups for fact in FACTS[group])


ALWAYS = Known(
    facts_of("shop", "customer", "links") - frozenset[str]().union(*_WITH.values(), *_OF_RECIPIENT.values())
)


def known_from(event: str) -> Known:
    """What every message of a journey that starts so knows: to an address that is not the customer's, little but its link."""
    own, occasion = _OF_RECIPIENT.get(recipient_of(event)), OCCASIONS.get(event)
    if own is not None:
        return Known(facts_of("shop", "customer") | own)
    return ALWAYS.also(*(occasion.lends if occasion else ()))


def sendings(source: Source) -> dict[str, list[Sending]]:
    """Every step that sends, by message."""
    found: dict[str, list[Sending]] = {}
    for one in source.journeys.values():
        start = one.journey.starts_on.event
        for numbered, here in _walk(number_steps(one.journey), known_from(start), []):
            if isinstance(numbered.step, SendStep):
                sending = Sending(one.journey.name, start, numbered.id, here)
                found.setdefault(numbered.step.send, []).append(sending)
    return found


def _walk(
    steps: tuple[NumberedStep, ...], known: Known, ends: list[Known]
) -> Iterator[tuple[NumberedStep, Known]]:
    """Each step with what is known when it is reached; what is known at the end is put into `ends`."""
    for numbered in steps:
        yield numbered, known
        match numbered.step:
            case RewardStep(reward=name):
                known = Known(known.facts | facts_of("reward"), known.rewards | {name})
            case PromiseStep() if "complaint.reference" in known.facts:
                known = Known(known.facts | _LATER, known.rewards)
        if numbered.ways:
            after: list[Known] = [] if numbered.ways[-1].condition is None else [known]
            for way in numbered.ways:
                yield from _walk(way.steps, known, after)
            known = Known(
                frozenset.intersection(*(end.facts for end in after)),
                frozenset.union(*(end.rewards for end in after)),
            )
    ends.append(known)
