"""One import of so many made-up order lines, in a process of its own: prints CPU seconds by step and peak memory as JSON.

Reading, checking and settling come before the store; writing into a table in memory shows what is ours of what follows.
"""

import itertools
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from escalera.adapters.memory import InMemoryCustomerRepository
from escalera.domain.rhythm import Prior
from escalera.domain.standing import StandingRules
from escalera_cli.importing.columns import Wish
from escalera_cli.importing.folding import Folding
from escalera_cli.importing.intake import Options, take_in, understand_files
from escalera_cli.importing.settling import settle
from escalera_cli.importing.staging import Staging

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LINES_OF_AN_ORDER = 20
ORDERS_OF_A_CUSTOMER = 5
"""Both about as in UCI Online Retail II."""
_HEADER = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"
RULES = StandingRules(Prior(timedelta(days=40), 3, 0.2, timedelta(days=14)), frequent_from_orders=3)


class Standing:
    """A clock that stands still."""

    def now(self) -> datetime:
        """Where it stands."""
        return NOW


def made_up(lines: int) -> Iterator[str]:
    """A shop's order lines, the same every time; two in a hundred orders give something back."""
    draw = random.Random(7)  # noqa: S311 - it is to be the same every time
    orders = max(lines // LINES_OF_AN_ORDER, 1)
    customers = max(orders // ORDERS_OF_A_CUSTOMER, 1)
    for order in range(orders):
        at = NOW - timedelta(minutes=(orders - order) * 20 + 60)
        back = order % 50 == 49
        # Of the order before, one piece of each comes back.
        bought = order - 1 if back else order
        invoice = f"C{order}" if back else str(order)
        for line in range(LINES_OF_AN_ORDER):
            sku = 10_000 + (bought * 31 + line * 7) % 4_000
            quantity, price = -1 if back else draw.randint(1, 24), draw.randint(25, 1500) / 100
            whose = f"{bought % customers + 1},Spain"
            yield f'{invoice},{sku},"ITEM {sku}, RED",{quantity},{at:%Y-%m-%d %H:%M:%S},{price},{whose}\n'


def main() -> None:
    """Import, tell."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "lines.csv")
        with path.open("w", encoding="utf-8") as file:
            file.write(_HEADER)
            file.writelines(made_up(int(sys.argv[1])))
        staging = Staging(Path(folder, "staging.sqlite"))
        options = Options(time_zone="Europe/Madrid", currency="EUR")
        marks = [time.process_time()]
        files = understand_files([(path, None)], Wish(), options)
        take_in(staging, files, options, NOW)
        marks.append(time.process_time())
        settle(staging, currency="EUR")
        marks.append(time.process_time())
        before_store = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        clock, customers = Standing(), InMemoryCustomerRepository()
        counts = Folding(staging, customers, rules=RULES, clock=clock, as_of=NOW).fold("memory")
        marks.append(time.process_time())
        rows = int(staging.one("SELECT SUM(rows) FROM file")[0])
        staging.close(remove=True)
    read, settled, folded = (later - sooner for sooner, later in itertools.pairwise(marks))
    if not counts["orders"] or not rows:
        raise AssertionError("nothing was imported")
    print(
        json.dumps(
            {
                "reading and checking, CPU s": read,
                "people, orders, returns, CPU s": settled,
                "rows a CPU s before the store": rows / (read + settled),
                "folding, CPU s": folded,
                "orders": counts["orders"],
                "peak MB before the store": before_store,
            }
        )
    )


if __name__ == "__main__":
    main()
