"""Customers who are found as soon as they are written: the next file may know them by their e-mail alone."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from escalera.adapters.dynamodb.projections import DynamoDBProjections
from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository
from escalera.adapters.dynamodb.table import Connect
from escalera.domain.projections import projection
from escalera.ports.customers import Change, Saved, SaveOutcome


class CustomersFoundAtOnce(DynamoDBCustomerRepository):
    """Writes what customers are found by itself, after them; the table's stream, which may be far behind, does it again."""

    def __init__(self, table: str, connect: Connect, *, sleep: Callable[[float], None] = time.sleep) -> None:
        super().__init__(table, connect, sleep=sleep)
        self._projections = DynamoDBProjections(table, connect, sleep=sleep)

    def save(self, changes: Sequence[Change]) -> list[Saved]:
        """Write the changes, and what follows from those that were saved."""
        saved = super().save(changes)
        done = [
            change for change, one in zip(changes, saved, strict=True) if one.outcome is SaveOutcome.SAVED
        ]
        afterwards = [(one.before, replace(one.after, version=one.before.version + 1)) for one in done]
        following = [follows for pair in afterwards if (follows := projection(*pair))]
        if following:
            self._projections.write(following)  # what is not taken now, the stream brings
        return saved
