"""The measures of the demo's real year, against sums taken straight from its CSV files."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

import pytest

from demo.events import read_tables
from escalera.domain.measures import MeasuresSummary, measures
from escalera.domain.vocabulary import Language
from escalera_cli.reporting import make_report, render_page
from tests.fakes.demo_shop import END, TARGETS, demo_base


@pytest.fixture(scope="module")
def shop():
    rules, base = demo_base()
    return measures(MeasuresSummary.over(base, rules), TARGETS)


@pytest.fixture(scope="module")
def orders():
    """(customer, month, total, what was given back of it) of every order of the year."""
    tables = read_tables()
    given_back: Counter[str] = Counter()
    for row in tables["refunds"]:
        if datetime.fromisoformat(row["refunded_at"]) <= END:
            given_back[row["order_id"]] += int(row["amount"])
    since = (END - timedelta(days=365)).isoformat()
    return [
        (row["customer_id"], row["placed_at"][:7], int(row["total"]), given_back[row["order_id"]])
        for row in tables["orders"]
        if since < row["placed_at"] <= END.isoformat()
    ]


def test_orders_customers_and_what_they_brought(shop, orders):
    kept = [one for one in orders if one[3] < one[2] or one[2] == 0]
    customers = {customer for customer, *_ in kept}
    everybody = shop.everybody
    assert (everybody.frequency.total, everybody.frequency.count) == (len(kept), len(customers))
    assert everybody.average_order.total == sum(total - back for _, _, total, back in kept)
    twice = Counter(customer for customer, *_ in kept)
    assert everybody.repeat_rate.part == sum(count > 1 for count in twice.values())


def test_months(shop, orders):
    by_month: dict[str, int] = defaultdict(int)
    for _, month, total, back in orders:
        by_month[month] += (total - back) if back < total or total == 0 else 0
    told = {one.month: one.value for one in shop.months if one.month in by_month and one.month != "2009-12"}
    assert told == {month: value for month, value in by_month.items() if month != "2009-12"}
    assert len(told) == 11


def test_those_who_bring_four_fifths_by_sorting_everybody(shop):
    """Exact sorting of single customers, against the brackets of 1 %."""
    tables = read_tables()
    brought: Counter[str] = Counter()
    whose = {row["order_id"]: row["customer_id"] for row in tables["orders"]}
    since, until = (END - timedelta(days=365)), END
    for row in tables["orders"]:
        if since < datetime.fromisoformat(row["placed_at"]) <= until:
            brought[row["customer_id"]] += int(row["total"])
    for row in tables["refunds"]:
        if since < datetime.fromisoformat(row["refunded_at"]) <= until:
            brought[whose[row["order_id"]]] -= int(row["amount"])
    falling = sorted((one for one in brought.values() if one > 0), reverse=True)
    missing, customers = 0.8 * sum(falling), 0
    while missing > 0:
        missing -= falling[customers]
        customers += 1
    assert shop.bring_most.whole == len(falling)
    assert shop.bring_most.part == pytest.approx(customers, abs=1)


@pytest.mark.parametrize("language", list(Language))
def test_report_of_the_real_year_says_every_figure(shop, language):
    report = make_report([shop], "Casa Nogal", language)
    assert len(report.tiles) == 6
    assert {section.name for section in report.sections if section.chart} >= {
        "months", "classes", "ladder", "silence", "members", "completeness",
    }  # fmt: skip
    assert render_page(report).count('class="chart-data"') >= 6
