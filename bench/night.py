"""What a night writes when one customer in a hundred bought since the last, and what its steps take: counted, and CPU."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bench.house import House
from escalera.domain.customer import Customer
from escalera.domain.facts import Order
from escalera.domain.money import Money
from escalera.domain.purchases import Purchase, record_purchase
from escalera.domain.vocabulary import CustomerId, OrderId, SalesChannel
from escalera.ports.measures import DailyMeasures
from escalera.runtime.clients import connect

BASES = (10_000, 100_000)
BOUGHT = 0.01
_DAY = timedelta(days=1)
_TOGETHER = 25_000
"""Customers in one part: about as many as `plan_night` puts there."""


def nights() -> dict[str, dict[str, float]]:
    """By size of the base: items and units that the second night writes, and CPU s of each of its steps."""
    return {f"{base:,}": _night(base) for base in BASES}


def _night(base: int) -> dict[str, float]:
    house = House()
    table, as_of = house.wire.table, house.clock.at
    table.streams = False
    draw = Random(base)  # noqa: S311 - the same shop every time
    kept = [past(number, draw, as_of) for number in range(base)]
    shop = Shop(house)
    shop.hold(kept)
    shop.run(as_of, base)  # the first night writes everybody: not what is measured
    for number in draw.sample(range(base), int(base * BOUGHT)):
        shop.buy(number, as_of + _DAY / 2, draw)
    house.forget_cost()
    shop.cpu.clear()
    told = shop.run(as_of + _DAY, base)
    return {
        "bought": int(base * BOUGHT),
        "items written": told["written"],
        "write units": table.units["write"],
        "items read": table.units["items read"],
        **{f"{step}, CPU s": cpu for step, cpu in shop.cpu.items()},
    }


def past(number: int, draw: Random, as_of: datetime) -> tuple[Customer, list[Order]]:
    """A customer as unlike the next as a value model needs them, recorded by the domain itself."""
    customer = Customer(CustomerId(f"c-{number}"), version=1)
    orders: list[Order] = []
    every, leaves, mean = draw.gammavariate(1, 1 / 60), draw.betavariate(0.8, 2), draw.gammavariate(4, 1500)
    day = draw.randint(1, 720)
    while day > 0:
        amount = max(100, int(draw.gammavariate(5, mean / 5)))
        bought = Purchase(
            OrderId(f"{number}-{len(orders)}"), Money(amount, "EUR"), as_of - day * _DAY, SalesChannel.WEB
        )
        customer, order = record_purchase(customer, bought)
        orders.append(order)
        if len(orders) > 1 and draw.random() < leaves:
            break
        day -= max(1, round(draw.expovariate(every)))
    return customer, orders


class Shop:
    """The table on the wire, and a night over it in this process."""

    def __init__(self, house: House, *, daily: DailyMeasures | None = None) -> None:
        from escalera import bootstrap  # noqa: PLC0415 - after the house is furnished
        from escalera.adapters.dynamodb.exports import DynamoDBExportReader  # noqa: PLC0415
        from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository  # noqa: PLC0415
        from escalera.adapters.memory import (  # noqa: PLC0415
            InMemoryDailyMeasures,
            InMemoryNightFiles,
            InMemoryShopScores,
        )

        self._house = house
        self._files = InMemoryNightFiles()
        self._reader = DynamoDBExportReader()
        self._customers = DynamoDBCustomerRepository("customers", connect)
        self._scores, self._daily = InMemoryShopScores(), daily or InMemoryDailyMeasures()
        self._rules = bootstrap.night_rules()
        self.cpu: dict[str, float] = {}

    def hold(self, kept: list[tuple[Customer, list[Order]]]) -> None:
        """Begin with these."""
        from escalera.adapters.dynamodb.records import customer_record, fact_record  # noqa: PLC0415

        for customer, orders in kept:
            self._house.wire.table.hold([customer_record(customer), *map(fact_record, orders)])

    def buy(self, number: int, at: datetime, draw: Random) -> None:
        """One more order, as a purchase records it."""
        customer_id = CustomerId(f"c-{number}")
        customer = self._customers.load([customer_id])[customer_id]
        amount = Money(max(100, int(draw.gammavariate(4, 1500))), "EUR")
        after, order = record_purchase(
            customer, Purchase(OrderId(f"{number}-{at:%Y%m%d}"), amount, at, SalesChannel.WEB)
        )
        self.hold([(after, [order])])

    def run(self, as_of: datetime, base: int) -> dict[str, Any]:
        """A night over the table as it is."""
        from escalera.adapters.dynamodb.exports import exported_line  # noqa: PLC0415
        from escalera.use_cases.score.gather_histories import gather_histories  # noqa: PLC0415
        from escalera.use_cases.score.nights import Night  # noqa: PLC0415
        from escalera.use_cases.score.record_measures import record_measures  # noqa: PLC0415
        from escalera.use_cases.score.score_customers import score_customers  # noqa: PLC0415
        from escalera.use_cases.score.settle_score import settle_score  # noqa: PLC0415
        from escalera.use_cases.score.summarise_base import summarise_base  # noqa: PLC0415

        files, reader, rules = self._files, self._reader, self._rules
        files.content.clear()
        night = Night("nights/bench", "nights/bench/export", as_of, max(1, base // _TOGETHER))
        files.write_lines(
            night.exported("all.json.gz"), map(exported_line, self._house.wire.table.items.values())
        )
        parts: list[tuple[str, Callable[[int], object]]] = [
            (
                "summarise",
                lambda part: summarise_base(night, part, files=files, export=reader, rules=rules),
            ),
            (
                "settle",
                lambda part: part or settle_score(night, files=files, scores=self._scores, rules=rules),
            ),
            (
                "score",
                lambda part: score_customers(
                    night, part, files=files, export=reader, customers=self._customers, rules=rules
                ),
            ),
        ]
        with self._counted("gather"):
            gather_histories(night, "all.json.gz", files=files, export=reader)
        for step, do in parts:
            with self._counted(step):
                for part in range(night.buckets):
                    do(part)
        return record_measures(night, files=files, daily=self._daily, rules=rules)

    @contextmanager
    def _counted(self, step: str) -> Iterator[None]:
        away, began = self._house.wire.spent, time.process_time()
        yield
        self.cpu[step] = time.process_time() - began - (self._house.wire.spent - away)
