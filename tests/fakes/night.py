"""A whole night in memory: every step in its order, as the state machine takes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from escalera.adapters.dynamodb.exports import DynamoDBExportReader
from escalera.adapters.memory import (
    InMemoryCustomerRepository,
    InMemoryDailyMeasures,
    InMemoryNightFiles,
    InMemoryShopScores,
)
from escalera.ports.customers import CustomerRepository
from escalera.use_cases.score.gather_histories import gather_histories
from escalera.use_cases.score.nights import Night
from escalera.use_cases.score.record_measures import record_measures
from escalera.use_cases.score.rules import NightRules
from escalera.use_cases.score.score_customers import score_customers
from escalera.use_cases.score.settle_score import settle_score
from escalera.use_cases.score.summarise_base import summarise_base
from tests.fakes.export import exported_lines, write_export

READER = DynamoDBExportReader()


@dataclass
class Nights:
    """A store, and what its nights leave."""

    rules: NightRules
    store: InMemoryCustomerRepository = field(default_factory=InMemoryCustomerRepository)
    files: InMemoryNightFiles = field(default_factory=InMemoryNightFiles)
    scores: InMemoryShopScores = field(default_factory=InMemoryShopScores)
    daily: InMemoryDailyMeasures = field(default_factory=InMemoryDailyMeasures)

    def settle(self, as_of: datetime, *, buckets: int = 3) -> Night:
        """The steps up to the yardsticks, on the base as it is now."""
        self.files.content.clear()
        night, names = write_export(self.files, exported_lines(self.store), as_of, buckets=buckets)
        for name in names:
            gather_histories(night, name, files=self.files, export=READER)
        for bucket in range(night.buckets):
            summarise_base(night, bucket, files=self.files, export=READER, rules=self.rules)
        settle_score(night, files=self.files, scores=self.scores, rules=self.rules)
        return night

    def score(self, night: Night, customers: CustomerRepository | None = None) -> None:
        """Every part scored."""
        for bucket in range(night.buckets):
            score_customers(
                night,
                bucket,
                files=self.files,
                export=READER,
                customers=customers or self.store,
                rules=self.rules,
            )

    def record(self, night: Night) -> Mapping[str, Any]:
        """The day's measures; what the night tells."""
        return record_measures(night, files=self.files, daily=self.daily, rules=self.rules)

    def run(self, as_of: datetime, *, buckets: int = 3) -> Mapping[str, Any]:
        """A night from beginning to end."""
        night = self.settle(as_of, buckets=buckets)
        self.score(night)
        return self.record(night)
