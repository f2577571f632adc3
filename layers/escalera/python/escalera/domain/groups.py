"""Named groups of customers (doctrine P4a-P4f, P5e): who belongs, since when and why.

What a group is, the programme says: a name and criteria that must all hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from escalera.domain.criteria import Criterion, Place, Subject
from escalera.domain.score import GroupMembership
from escalera.domain.spread import Spread
from escalera.domain.vocabulary import GroupName


@dataclass(frozen=True, slots=True)
class GroupDefinition:
    """A group as the programme defines it."""

    name: GroupName
    criteria: tuple[Criterion, ...]

    @property
    def places(self) -> Iterator[tuple[str, Place, Criterion]]:
        """The criteria that compare, each with the name its cut point is kept under."""
        for criterion in self.criteria:
            place = criterion.place
            if place is not None:
                yield _cut_name(place), place, criterion


def numbers_of(definitions: Sequence[GroupDefinition], subject: Subject) -> Iterator[tuple[str, int]]:
    """Each number of this customer that some group compares, with its name; the same number once."""
    seen: set[str] = set()
    for definition in definitions:
        for _, place, criterion in definition.places:
            if place.number not in seen:
                seen.add(place.number)
                number = criterion.number(subject)
                if number is not None:
                    yield place.number, number


def group_cuts(definitions: Sequence[GroupDefinition], spreads: Mapping[str, Spread]) -> dict[str, int]:
    """Where the share that each criterion takes begins; left out where nobody is in it."""
    cuts = {}
    for definition in definitions:
        for name, place, _ in definition.places:
            spread = spreads.get(place.number, Spread())
            edge = spread.lowest(place.share) if place.lowest else spread.top(place.share)
            if edge is not None:
                cuts[name] = edge
    return cuts


def memberships(
    definitions: Sequence[GroupDefinition],
    subject: Subject,
    cuts: Mapping[str, int],
    before: Sequence[GroupMembership] = (),
) -> tuple[GroupMembership, ...]:
    """The groups this customer belongs to, in the programme's order; who stays in one keeps the day of joining."""
    since = {one.group: one.since for one in before}
    found = []
    for definition in definitions:
        findings = [
            criterion.judge(subject, cuts.get(_cut_name(place)) if (place := criterion.place) else None)
            for criterion in definition.criteria
        ]
        holding = [finding for finding in findings if finding is not None]
        if findings and len(holding) == len(findings):
            found.append(
                GroupMembership(
                    group=definition.name,
                    since=since.get(definition.name, subject.as_of),
                    reason="; ".join(finding.reason for finding in holding),
                    figures="; ".join(finding.figures for finding in holding if finding.figures),
                )
            )
    return tuple(found)


def _cut_name(place: Place) -> str:
    return f"{place.number} {'lowest' if place.lowest else 'top'} {place.share:g}"
