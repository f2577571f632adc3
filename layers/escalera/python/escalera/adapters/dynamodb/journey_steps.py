"""Which steps journeys have, or had in earlier releases, kept in the table: one record for the whole shop."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.table import Connect, Table

_STEPS = "steps"


class DynamoDBJourneySteps:
    """`JourneySteps` over the customers' table: a set of `journey/step`, to which is only ever added."""

    def __init__(self, table: str, connect: Connect, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = Table(table, connect, sleep=sleep)

    def known(self) -> Mapping[str, frozenset[str]]:
        """One read; where there is no record, none are known."""
        for item in self._table.get([keys.journey_steps()]):
            return _by_journey(item.get(_STEPS, {}).get("SS", ()))
        return {}

    def remember(self, steps: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
        """One read, and one write where there are new ones."""
        known = self.known()
        new = [
            f"{journey}/{step}"
            for journey, ids in sorted(steps.items())
            for step in sorted(ids - known.get(journey, frozenset()))
        ]
        if not new:
            return known
        request = {
            "TableName": self._table.name,
            "Key": keys.journey_steps(),
            "UpdateExpression": "ADD #steps :new",
            "ExpressionAttributeNames": {"#steps": _STEPS},
            "ExpressionAttributeValues": {":new": {"SS": new}},
        }
        self._table.busy(lambda asked: self._table.client.update_item(**asked), request)
        return {
            journey: known.get(journey, frozenset()) | steps.get(journey, frozenset())
            for journey in {*known, *steps}
        }


def _by_journey(places: Iterable[str]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for place in places:
        journey, _, step = place.partition("/")
        found[journey].add(step)
    return {journey: frozenset(ids) for journey, ids in found.items()}
