"""Each customer of a part held against the night's yardsticks; written back is what changed, and nothing else."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from math import isfinite

from escalera.domain.customer import Customer
from escalera.domain.history import CustomerHistory
from escalera.domain.score import Outlook, ShopScore
from escalera.domain.scoring import materially_differs, score_customer
from escalera.domain.value.forecasting import forecast
from escalera.domain.value.parameters import ValueModel
from escalera.domain.vocabulary import CustomerId
from escalera.ports.customers import Change, CustomerRepository, SaveOutcome
from escalera.ports.night import ExportReader, NightFiles
from escalera.use_cases.score.histories import read_histories
from escalera.use_cases.score.nights import Night
from escalera.use_cases.score.results import PartResult, combined
from escalera.use_cases.score.rules import DISCOUNT_RATE, VALUE_HORIZON_DAYS, NightRules

TOGETHER = 1_000
"""Customers forecast in one go, and written before the next are looked at."""
ATTEMPTS = 3
"""How often one whom somebody else keeps writing is judged anew before they are left to the next night."""


@dataclass(frozen=True, slots=True)
class Judge:
    """The night's yardsticks."""

    shop: ShopScore
    rules: NightRules
    as_of: datetime

    def judged(self, histories: Sequence[CustomerHistory]) -> list[Customer]:
        """The customers as this night finds them, in the order given."""
        return [
            score_customer(history, self.shop, outlook, self.rules.scoring, self.as_of)
            for history, outlook in zip(histories, self._outlooks(histories), strict=True)
        ]

    def differs(self, before: Customer, after: Customer) -> bool:
        """Whether that is worth a write."""
        return materially_differs(before, after, self.rules.scoring.exchange.currency)

    def _outlooks(self, histories: Sequence[CustomerHistory]) -> list[Outlook | None]:
        """What the value model expects of each; None for those it cannot see, and for all where there is no model."""
        found: list[Outlook | None] = [None] * len(histories)
        if self.shop.value_model is None:
            return found
        bought = [
            (place, buying)
            for place, history in enumerate(histories)
            if (buying := self.rules.buying_of(history, self.as_of)) is not None
        ]
        expected = forecast(
            ValueModel.from_json(self.shop.value_model),
            frequency=[buying.frequency for _, buying in bought],
            recency=[buying.recency for _, buying in bought],
            age=[buying.age for _, buying in bought],
            mean_spend=[buying.mean_spend for _, buying in bought],
            horizon=VALUE_HORIZON_DAYS,
            discount_rate=DISCOUNT_RATE,
        )
        for number, (place, _) in enumerate(bought):
            days = float(expected.next_purchase[number])
            found[place] = Outlook(
                alive=float(expected.alive[number]),
                expected_purchases=float(expected.expected_purchases[number]),
                expected_value=round(float(expected.expected_value[number])),
                next_purchase_at=self.as_of + timedelta(days=round(days)) if _tells(days) else None,
            )
        return found


def score_customers(
    night: Night,
    bucket: int,
    *,
    files: NightFiles,
    export: ExportReader,
    customers: CustomerRepository,
    rules: NightRules,
) -> PartResult:
    """Score a part of the base; what came of it lies among the night's files.

    Done again it writes nothing: whoever was written stands at a newer version and, read anew, differs no more.
    """
    judge = Judge(ShopScore.from_json(files.read(night.score)), rules, night.as_of)
    measuring = rules.measure_rules(night.as_of)
    whole = combined((), measuring)
    for histories in _together(read_histories(night, bucket, files=files, export=export), TOGETHER):
        after = judge.judged(histories)
        changes = [
            Change(history.customer, customer)
            for history, customer in zip(histories, after, strict=True)
            if judge.differs(history.customer, customer)
        ]
        written, left = _write(changes, judge, customers)
        part = PartResult.of(histories, after, measuring)
        whole += replace(part, changed=len(changes), written=written, left=left)
    files.write(night.of_bucket(night.results, bucket), whole.to_json())
    return whole


def _write(changes: list[Change], judge: Judge, customers: CustomerRepository) -> tuple[int, int]:
    """Write; whom somebody else wrote since the export is judged anew by what is there now. How many written, left."""
    written = 0
    for _ in range(ATTEMPTS):
        if not changes:
            break
        saved = customers.save(changes)
        written += sum(one.outcome is SaveOutcome.SAVED for one in saved)
        stale = [
            change.after.id
            for change, one in zip(changes, saved, strict=True)
            if one.outcome is not SaveOutcome.SAVED
        ]
        changes = _judged_anew(stale, judge, customers) if stale else []
    return written, len(changes)


def _judged_anew(ids: Sequence[CustomerId], judge: Judge, customers: CustomerRepository) -> list[Change]:
    known = customers.load(
        ids
    )  # before their facts: then a fact can only be newer, and saving finds that out
    histories = [
        CustomerHistory.of(customer, customers.facts_of(customer.id))
        for customer in known.values()
        if customer.version and customer.erased_at is None
    ]
    return [
        Change(history.customer, after)
        for history, after in zip(histories, judge.judged(histories), strict=True)
        if judge.differs(history.customer, after)
    ]


def _together(histories: Iterable[CustomerHistory], most: int) -> Iterator[list[CustomerHistory]]:
    every = iter(histories)
    while chunk := list(islice(every, most)):
        yield chunk


def _tells(days: float) -> bool:
    return isfinite(days) and days < 100 * VALUE_HORIZON_DAYS
