"""A whole file of order lines taken in and settled: every row is counted or left out, and every penny is where it was."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bench.imports_child import made_up
from escalera_cli.importing import reports
from escalera_cli.importing.columns import Wish
from escalera_cli.importing.intake import Options, take_in, understand_files
from escalera_cli.importing.settling import settle
from escalera_cli.importing.staging import Staging

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
UCI = "online_retail/online_retail_2009-12_2010-12.lines.csv.gz"


@pytest.fixture
def real(pytestconfig: pytest.Config) -> Path:
    """The public dataset, when ../shared holds it; else the test is skipped."""
    path = pytestconfig.rootpath.parent / "shared" / "data" / UCI
    if not path.exists():
        pytest.skip("the dataset is not in ../shared")
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Orders, returns, and what goes wrong: a row without a customer, one wrong price, a return of something unknown."""
    path = tmp_path / "lines.csv"
    wrong = (
        "X1,10000,LAMP,1,2026-01-01 10:00:00,3.00,,Spain\n"
        "X2,10000,LAMP,1,2026-01-01 10:00:00,3.00,77,Spain\n"
        "X2,10001,LAMP,1,2026-01-01 10:00:00,three,77,Spain\n"
        "CX3,99999,NEVER BOUGHT,-1,2026-01-01 10:00:00,3.00,3,Spain\n"
    )
    header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    path.write_text(header + "".join(made_up(4_000)) + wrong, encoding="utf-8")
    return path


def settled(path: Path, work: Path) -> tuple[Staging, int]:
    staging = Staging(work / "staging.sqlite")
    options = Options(time_zone="Europe/London", currency="GBP")
    files = understand_files([(path, None)], Wish(), options)
    take_in(staging, files, options, NOW)
    settle(staging, currency="GBP")
    return staging, reports.left_out(staging, 0)


def rows(path: Path) -> Iterator[dict[str, str]]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        yield from csv.DictReader(file)


def check(path: Path, work: Path) -> dict[str, int]:
    """Compare with a plain reckoning of the same file; the answer is how many rows were left out, by reason."""
    staging, left_out = settled(path, work)
    plain: dict[str, Decimal] = defaultdict(Decimal)
    sizes: dict[str, int] = defaultdict(int)
    for row in rows(path):
        sizes[row["InvoiceNo"]] += 1
        try:
            plain[row["InvoiceNo"]] += int(row["Quantity"]) * Decimal(row["UnitPrice"])
        except ArithmeticError:
            plain[row["InvoiceNo"]] += 0
    bought = dict(staging.ask("SELECT order_id, total FROM purchase"))
    assert bought
    assert {name: Decimal(total) / 100 for name, total in bought.items()} == {
        name: plain[name].quantize(Decimal("0.01")) for name in bought
    }
    # A return that touches several orders is several refunds, told apart by a number behind its name.
    given_back: dict[str, int] = defaultdict(int)
    for name, amount in staging.ask(
        "SELECT told ->> 'refund', told ->> 'amount' FROM happening WHERE kind = 'refund'"
    ):
        given_back[str(name).split("-")[0]] += int(amount)
    assert {name: Decimal(-amount) / 100 for name, amount in given_back.items()} == {
        name: plain[name].quantize(Decimal("0.01")) for name in given_back
    }
    assert left_out + sum(sizes[name] for name in (*bought, *given_back)) == sum(sizes.values())
    found = reports.reasons(staging)
    staging.close(remove=True)
    return found


def test_made_up_lines_are_all_accounted_for(small, tmp_path):
    assert sum(check(small, tmp_path).values()) == 4


def test_a_real_shops_half_million_lines_are_all_accounted_for(real, tmp_path):
    found = check(real, tmp_path)
    assert found == {
        "nobody knows whose it is: no row of the order has a customer id, an e-mail or a phone": 107_924,
        "a return of something that no earlier order of this customer holds": 2_873,
        "is below zero: what is given back has a negative quantity": 3,
    }
