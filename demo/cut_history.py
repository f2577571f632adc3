"""Cut demo/history/ out of the public dataset: `python -m demo.cut_history --source online_retail_II.csv.gz`.

The source is the first sheet (2009-12-01 to 2010-12-09) of UCI's Online Retail II as CSV, gzipped or not,
with the columns InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country. The
same source, number of customers and version of Faker make the same files, byte for byte.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from demo.cut import Row, Tables, cut
from demo.draws import instant
from demo.events import FILES, TABLES
from demo.figures import Figures, cut_figures, dataset_figures, event_figures, with_figures
from demo.history import load_history, window
from demo.source import Order, Refund, match_returns, orders_and_returns, read_rows, usable_lines

README = FILES.parent / "README.md"
CUSTOMERS = 300


def read_source(path: Path) -> tuple[int, list[Order], list[Refund]]:
    """The dataset's number of rows, its usable orders, and the returns matched to them."""
    rows = 0

    def counted() -> Iterator[dict[str, str]]:
        nonlocal rows
        for row in read_rows(path):
            rows += 1
            yield row

    orders, returns = orders_and_returns(usable_lines(counted()))
    return rows, orders, match_returns(orders, returns)


def write_tables(tables: Tables, folder: Path) -> None:
    """One CSV file per table."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        rows: list[Row] = getattr(tables, name)
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def write_figures(rows: int, orders: Sequence[Order], refunds: Sequence[Refund], tables: Tables) -> Figures:
    """Count, and put the counts into demo/history/figures.json and demo/README.md."""
    opens = instant(window().start)
    figures = (
        dataset_figures(rows, orders, refunds)
        | cut_figures(asdict(tables))
        | event_figures(load_history(), opens)
    )
    made = {"faker": version("faker"), "figures": figures}
    (FILES / "figures.json").write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    README.write_text(with_figures(README.read_text(encoding="utf-8"), figures), encoding="utf-8")
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Cut, write, and say what came out. Exit code 2 when the source is not there."""
    parser = argparse.ArgumentParser(description="Cut the demo's history out of UCI Online Retail II.")
    parser.add_argument("--source", type=Path, required=True, help="the dataset's CSV, gzipped or not")
    parser.add_argument(
        "--customers", type=int, default=CUSTOMERS, help="how many to keep (default: %(default)s)"
    )
    parser.add_argument(
        "--output", type=Path, default=FILES, help="folder for the CSV files (default: %(default)s)"
    )
    chosen = parser.parse_args(arguments)
    if not chosen.source.is_file():
        parser.error(
            f"no file {chosen.source}: download Online Retail II from the UCI repository (see demo/README.md)"
        )
    rows, orders, refunds = read_source(chosen.source)
    tables = cut(orders, refunds, chosen.customers)
    write_tables(tables, chosen.output)
    if chosen.output == FILES:
        write_figures(rows, orders, refunds, tables)
    size = sum(file.stat().st_size for file in chosen.output.iterdir())
    sys.stdout.write(
        f"{len(tables.customers)} customers, {len(tables.orders)} orders, {size:,} bytes in {chosen.output}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
