"""A log read by columns gives each customer just what reading it one customer at a time gives."""

from collections import defaultdict
from datetime import date, timedelta
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as some

from escalera.domain.value.buying import buying
from escalera_cli.valuation.histories import histories, last_day
from escalera_cli.valuation.purchase_log import Refunds, Terms, read_log

START = date(2026, 1, 1)
purchases = some.tuples(some.sampled_from("abcd"), some.integers(0, 12), some.integers(0, 5000))
UNTIL = START + timedelta(days=9)


def read(rows):
    lines = [f"{who},{START + timedelta(days=day)},{cents / 100}" for who, day, cents in rows]
    text = StringIO("\n".join(["customer_id,date,amount", *lines]))
    return read_log(text, "log", Terms(until=UNTIL, refunds=Refunds.NET))


@given(some.lists(purchases, max_size=40))
def test_by_columns_or_one_by_one(rows):
    each = defaultdict(list)
    for who, day, cents in rows:
        each[who].append((START + timedelta(days=day), cents / 100))
    expected = {who: one for who, of_one in each.items() if (one := buying(of_one, UNTIL))}
    log = read(rows)
    names, found = histories(log, UNTIL)
    assert set(names) == set(expected)
    assert log.later == sum(day > 9 for _, day, _ in rows)
    for place, who in enumerate(names):
        one = expected[who]
        assert (found.frequency[place], found.recency[place], found.age[place]) == (
            one.frequency,
            one.recency,
            one.age,
        )
        assert found.mean_spend[place] == pytest.approx(one.mean_spend)


@given(some.lists(purchases, max_size=20), some.lists(purchases, max_size=10))
def test_a_refund_is_taken_off_its_customers_last_purchase_before_it(bought, returned):
    days: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for who, day, cents in bought:
        if day <= 9:
            days[who][day] += cents / 100
    lost = 0
    refunds = [(who, day, -cents) for who, day, cents in returned if cents and day <= 9]
    for who, day, cents in refunds:
        before = [one for one in days[who] if one <= day]
        if before:
            days[who][max(before)] += cents / 100
        else:
            lost += 1
    names, found = histories(read([*refunds, *bought]), UNTIL)
    assert found.refunds_of_nothing == lost
    for place, who in enumerate(names):
        repeats = [spent for day, spent in days[who].items() if day != min(days[who])]
        mean = sum(repeats) / len(repeats) if repeats else 0
        assert found.mean_spend[place] == pytest.approx(mean, abs=1e-9)


def test_an_empty_log_has_no_last_day():
    assert last_day(read([])) is None
    assert last_day(read([("a", 3, 500), ("b", 1, 500)])) == START + timedelta(days=3)
