"""What the daily look for quiet customers reads, against how many customers there are: counted, not timed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bench.house import House
from escalera.adapters.dynamodb import keys
from escalera.domain.customer import Customer
from escalera.domain.vocabulary import CustomerId
from escalera.runtime.clients import connect

BASES = (10_000, 100_000, 1_000_000)
DUE = 500
_DAYS_AHEAD = 60


def sweeps() -> dict[str, dict[str, float]]:
    """By size of the base, 500 of them due: items and units read, queries, and CPU s of the function."""
    return {f"{base:,}": _sweep(base) for base in BASES}


def _sweep(base: int) -> dict[str, float]:
    from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository  # noqa: PLC0415 - after the house is furnished
    from escalera.ports.customers import Change  # noqa: PLC0415

    house = House()
    table, now = house.wire.table, house.clock.at
    table.streams = False
    customers = DynamoDBCustomerRepository("customers", connect)
    long_ago = now - timedelta(days=200)
    for start in range(0, DUE, 100):
        fresh = [Customer(CustomerId(f"due-{number}")) for number in range(start, start + 100)]
        bought = {"orders": 1, "first_order_at": long_ago, "last_order_at": long_ago}
        due = {number: now - timedelta(minutes=number % DUE) for number in range(start, start + 100)}
        customers.save(
            [
                Change(one, replace(one, quiet_due_at=at, **bought))  # type: ignore[arg-type]
                for one, at in zip(fresh, due.values(), strict=True)
            ]
        )
    # The others stand in the index at days to come; the sweep has no other way to them.
    for number in range(base - DUE):
        later = now + timedelta(hours=1 + number % (24 * _DAYS_AHEAD))
        _index(table.index, Customer(CustomerId(f"c-{number}"), quiet_due_at=later))
    house.forget_cost()
    found = house.invoke("find_quiet_customers", {})["found"]
    if found != DUE:
        raise AssertionError(f"the sweep found {found} of {DUE}")
    return {
        "items read": table.units["items read"],
        "read units": table.units["read"],
        "queries": house.wire.calls["dynamodb.Query"],
        "batch reads": house.wire.calls["dynamodb.BatchGetItem"],
        "write units": table.units["write"],
        "CPU s": house.cpu["find_quiet_customers"],
    }


def _index(index: dict[str, dict[str, Any]], customer: Customer) -> None:
    place = keys.due(customer)
    index.setdefault(place["due_pk"]["S"], {})[place["due_sk"]["S"]] = (
        keys.partition(customer.id)["S"],
        "PROFILE",
    )
