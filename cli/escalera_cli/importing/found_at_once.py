"""Customers who are found as soon as they are written: the next file may know them by their e-mail alone."""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from escalera.adapters.dynamodb.projections import DynamoDBProjections
from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository
from escalera.adapters.dynamodb.table import Connect
from escalera.domain.projections import Projection, projection
from escalera.domain.vocabulary import CustomerId
from escalera.ports.customers import Change, Saved, SaveOutcome
from escalera_cli.endings import CommandError

_ATTEMPTS = 8


class CustomersFoundAtOnce(DynamoDBCustomerRepository):
    """Writes what customers are found by itself, after them; the table's stream, which may be far behind, does it again."""

    def __init__(self, table: str, connect: Connect, *, sleep: Callable[[float], None] = time.sleep) -> None:
        super().__init__(table, connect, sleep=sleep)
        self._projections = DynamoDBProjections(table, connect, sleep=sleep)
        self._sleep = sleep

    def save(self, changes: Sequence[Change]) -> list[Saved]:
        """Write the changes, and what follows from those that were saved. CommandError when that is not taken."""
        saved = super().save(changes)
        done = [
            change for change, one in zip(changes, saved, strict=True) if one.outcome is SaveOutcome.SAVED
        ]
        afterwards = [(one.before, replace(one.after, version=one.before.version + 1)) for one in done]
        self._follow([follows for pair in afterwards if (follows := projection(*pair))])
        return saved

    def find_again(self, ids: Iterable[CustomerId]) -> None:
        """Make anew what these are found by, as they are now: an attempt that broke off may have left it out.

        Their silences, by which nobody is found, are left to the stream.
        """
        known = [one for one in self.load(ids).values() if one.version]
        self._follow(
            [replace(follows, silence=None) for one in known if (follows := projection(None, one))],
        )

    def _follow(self, following: Sequence[Projection]) -> None:
        for attempt in range(_ATTEMPTS):
            if not following:
                return
            if attempt:
                self._sleep(random.uniform(0.5, 1) * 2**attempt / 4)  # noqa: S311 - spreads load, guards nothing
            left = self._projections.write(following).left
            following = [following[index] for index in left]
        if following:
            raise CommandError(
                f"The table does not keep up: {len(following)} customers are written, but not yet found by their"
                " addresses and names. Run the same command again later: it goes on where it stopped, and mends this."
            )
